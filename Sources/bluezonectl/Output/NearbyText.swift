// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import Control

/// `bluezonectl nearby` for people: how many identifiers are heard now, the strongest first. The attenuation that
/// counts as near depends on the sender; strength alone is only a hint, and the words say so.
struct NearbyText {
    let beacons: [NearbyBeacon]
    let style: Style

    /// The whole text, without a line break at its end.
    var text: String {
        guard !beacons.isEmpty else {
            return style.say("Nobody is heard now.", "Hiện không nghe thấy ai.")
        }
        let lines = beacons.sorted { ($0.rssi, $1.prefix) > ($1.rssi, $0.prefix) }.map(line)
        return ([summary] + lines).joined(separator: "\n")
    }

    private var summary: String {
        let number = beacons.count
        return style.say(
            "\(Quantity.count(number, "identifier", "identifiers")) heard now (a device that sends both formats shows twice):",
            "Hiện nghe thấy \(number) mã (thiết bị phát cả hai định dạng hiện hai lần):")
    }

    private func line(_ beacon: NearbyBeacon) -> String {
        let strength = String(beacon.rssi)
        let format = beacon.format.description
        return "  " + beacon.prefix + "…  " + bar(beacon.rssi) + "  "
            + String(repeating: " ", count: max(0, 4 - strength.count)) + strength + " dBm  "
            + format + String(repeating: " ", count: max(0, 21 - format.count)) + "  "
            + style.paint(Quantity.length(Int64(beacon.age), in: style), .faint)
    }

    /// Five steps of 10 dB from -95 dBm on.
    private func bar(_ rssi: Int8) -> String {
        let steps = max(0, min(5, (Int(rssi) + 105) / 10))
        return String(repeating: "#", count: steps) + String(repeating: ".", count: 5 - steps)
    }
}
