// SPDX-License-Identifier: GPL-3.0-or-later

import Foundation
import Platform
import TestSupport
import Testing

@testable import Radio

struct AdapterModelTests {
    /// A sysfs in which hci0 is a device with this modalias on a board with these names.
    private func names(_ alias: String?, board: String? = nil) throws -> [String] {
        let root = "/tmp/bluezone-model-\(UInt64.random(in: 0 ... .max))"
        defer { try? FileManager.default.removeItem(atPath: root) }
        if let alias {
            try Folder.make(root + "/class/bluetooth/hci0/device")
            try Folder.replace(root + "/class/bluetooth/hci0/device/modalias", with: Array(alias.utf8))
        }
        if let board {
            try Folder.make(root + "/firmware/devicetree/base")
            try Folder.replace(root + "/firmware/devicetree/base/compatible", with: Array(board.utf8))
        }
        return AdapterModel.names(of: "hci0", system: root)
    }

    @Test(arguments: [
        ("usb:v0A5Cp21E8d0112dcFFdsc01dp01icE0isc01ip01in00\n", ["usb:0a5c:21e8"]),
        ("usb:v8087p0029d0001dcE0dsc01dp01icE0isc01ip01in00\n", ["usb:8087:0029"]),
        ("usb:v80\n", []), ("usb:vXXXXpYYYYd\n", []), ("", ["board:a,b"]), ("sdio:c00v02D0\n", ["board:a,b"]),
        ("of:NbluetoothT(null)Cbrcm,bcm4345c5\n", ["of:brcm,bcm4345c5", "board:a,b"]),
        ("of:NbluetoothTserialCbrcm,bcm43438-btCbrcm,bt\n", ["of:brcm,bcm43438-bt", "board:a,b"]),
    ])
    func `the kernel's alias tells the model`(alias: String, names: [String]) throws {
        #expect(try self.names(alias, board: "a,b\0") == names)
    }

    @Test func `a board has several names, the most exact first`() throws {
        #expect(
            try names("of:NbluetoothT(null)Cbrcm,bcm4345c5", board: "raspberrypi,4-model-b\0brcm,bcm2711\0")
                == ["of:brcm,bcm4345c5", "board:raspberrypi,4-model-b", "board:brcm,bcm2711"])
    }

    @Test func `an emulated adapter has none`() throws {
        #expect(try names(nil, board: "raspberrypi,4-model-b\0") == [])
    }
}
