// SPDX-License-Identifier: GPL-3.0-or-later

internal import Platform

/// The kernel's word on radios that are switched off, for bluetoothd before 5.73, which only says "off".
enum Rfkill {
    /// Whether rfkill blocks the adapter of this name (`hci0`), by its switch's `soft` and `hard` files in sysfs.
    static func blocks(_ adapter: String) -> Bool {
        let folder = "/sys/class/bluetooth/\(adapter)"
        let switches = (try? Folder.names(in: folder))?.filter { $0.hasPrefix("rfkill") } ?? []
        return switches.contains { name in
            ["soft", "hard"].contains { (try? Folder.text(of: "\(folder)/\(name)/\($0)"))?.first == "1" }
        }
    }
}
