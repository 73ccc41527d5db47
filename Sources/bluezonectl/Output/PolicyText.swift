// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import Control

extension StatusText {
    /// Whose thresholds are in force; nothing while they are the program's own.
    var policyLines: [(label: String, value: String)] {
        guard status.policySerial > 0 || !status.policyOverrides.isEmpty else { return [] }
        let standing =
            status.policySerial > 0 ? authority : style.say("the program's own", "mặc định của chương trình")
        return [(style.say("Policy", "Ngưỡng cảnh báo"), standing + overrides)]
    }

    private var authority: String {
        let (number, region) = (status.policySerial, status.policyRegion)
        let since = status.policySince.map { style.say(", since \($0.day)", ", từ \($0.day)") } ?? ""
        let until = status.policyUntil.map { style.say(", good until \($0.day)", ", đến \($0.day)") } ?? ""
        return style.say(
            "no. \(number) of \(region), signed by \(status.policySigner)",
            "số \(number) của \(region), ký bởi \(status.policySigner)") + since + until
    }

    /// What the owner set, which wins.
    private var overrides: String {
        if status.policyOverrides.isEmpty { return "" }
        let list = status.policyOverrides.joined(separator: ", ")
        return style.say("; this device's configuration sets \(list)", "; cấu hình máy này đặt \(list)")
    }
}
