// SPDX-License-Identifier: GPL-3.0-or-later

/// The Bluetooth address of a device on the air. Most change every quarter of an hour; never to be stored or told.
package struct DeviceAddress: Hashable, Sendable {
    /// 48 bits, the most significant byte as it is written first.
    package let bits: UInt64

    package init(bits: UInt64) { self.bits = bits & 0xFFFF_FFFF_FFFF }

    /// The path of bluetoothd's object for it on `adapter` (`/org/bluez/hci0`).
    package func path(on adapter: String) -> String {
        var path = adapter + "/dev"
        for place in 0..<6 {
            let byte = UInt8(truncatingIfNeeded: bits >> (40 - 8 * place))
            path += (byte < 16 ? "_0" : "_") + String(byte, radix: 16, uppercase: true)
        }
        return path
    }
}
