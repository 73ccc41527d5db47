// SPDX-License-Identifier: GPL-3.0-or-later

internal import Platform

/// What an adapter is, as the kernel knows it.
package enum AdapterModel {
    /// The names of the model of the adapter `hci0`, the most telling first: its USB numbers `usb:0a5c:21e8`, or the chip's
    /// name `of:brcm,bcm4345c5` and that of the board it is soldered to, `board:raspberrypi,4-model-b`. Empty for one that
    /// is no device at all, as an emulated one. `system` is where sysfs is.
    package static func names(of adapter: String, system: String = "/sys") -> [String] {
        guard let text = try? Folder.text(of: "\(system)/class/bluetooth/\(adapter)/device/modalias") else { return [] }
        let alias = text.prefix { !$0.isNewline }
        if alias.hasPrefix("usb:") { return usb(alias).map { [$0] } ?? [] }
        return (chip(alias).map { ["of:" + $0] } ?? []) + boards(system)
    }

    /// `usb:v0A5Cp21E8d0112…` says maker and product in four digits each (Linux file2alias, usb).
    private static func usb(_ alias: Substring) -> String? {
        let digits = alias.dropFirst(4)
        guard digits.first == "v", digits.dropFirst(5).first == "p", digits.count >= 10 else { return nil }
        let (maker, product) = (digits.dropFirst().prefix(4), digits.dropFirst(6).prefix(4))
        guard (maker + product).allSatisfy(\.isHexDigit) else { return nil }
        return "usb:\(maker.lowercased()):\(product.lowercased())"
    }

    /// `of:NbluetoothT(null)Cbrcm,bcm4345c5`: the first compatible name behind the C.
    private static func chip(_ alias: Substring) -> String? {
        guard alias.hasPrefix("of:"), let mark = alias.firstIndex(of: "C") else { return nil }
        let name = alias[alias.index(after: mark)...].prefix { $0 != "C" }
        return name.isEmpty ? nil : String(name)
    }

    /// The board's names in the device tree, the most exact first, each ended by a zero byte.
    private static func boards(_ system: String) -> [String] {
        let names = (try? Folder.contents(of: system + "/firmware/devicetree/base/compatible")) ?? []
        return names.split(separator: 0).map { "board:" + String(decoding: $0, as: UTF8.self) }
    }
}
