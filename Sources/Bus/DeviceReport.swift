// SPDX-License-Identifier: GPL-3.0-or-later

internal import CBlueZ

/// What bluetoothd tells without being asked.
package enum BlueZEvent: Sendable {
    /// A device of interest was heard.
    case report(DeviceReport)
    /// A device signal was not what the interface promises, and was dropped.
    case malformed
    /// bluetoothd dropped the advertisement at this path.
    case released(path: String)
    /// bluetoothd dropped our advertisement monitor: it listens for us no more.
    case monitorReleased
    /// The power in dBm that the controller chose for one of our advertisements, -127 ... 126.
    case power(Int16)
}

/// What an advertisement monitor is registered for.
package enum MonitorPurpose: Sendable {
    /// Reports of beacons, over the bus.
    case reports
    /// Only the passive scan: somebody else reads what the controller reports.
    case scan

    var flat: bz_monitor_purpose { self == .reports ? BZ_MONITOR_BEACONS : BZ_MONITOR_NOBODY }
}

/// One advertisement of interest, heard once; a flat value without heap.
package struct DeviceReport: Sendable {
    private let flat: bz_report

    init(_ flat: bz_report) { self.flat = flat }

    /// dBm, -127 ... 20.
    package var rssi: Int8 { flat.rssi }
    /// CLOCK_BOOTTIME when the signal was read, or the packet taken from the controller.
    package var time: Duration { .nanoseconds(flat.time) }
    /// Whether 0x4E56 is among its service UUIDs.
    package var listsBluezone: Bool { flat.services & UInt8(BZ_SERVICE_BLUEZONE.rawValue) != 0 }

    /// Whether it hands its identifier over by a GATT read: an iPhone with Bluezone, in the foreground or behind.
    package var handsOver: Bool {
        flat.services & UInt8(BZ_SERVICE_BLUEZONE_GATT.rawValue | BZ_SERVICE_APPLE_OVERFLOW.rawValue) != 0
    }
    /// Whether its address is a random one, as every phone's is.
    package var hasRandomAddress: Bool { flat.address_type == UInt8(BZ_ADDRESS_RANDOM.rawValue) }
    package var address: DeviceAddress {
        let bytes = flat.address
        let high = UInt64(bytes.0) << 16 | UInt64(bytes.1) << 8 | UInt64(bytes.2)
        return DeviceAddress(bits: high << 24 | UInt64(bytes.3) << 16 | UInt64(bytes.4) << 8 | UInt64(bytes.5))
    }

    /// Lends the service data of 0xFD6F, up to 31 bytes, none when there is none.
    package func withServiceData<Answer>(_ body: (Span<UInt8>) -> Answer) -> Answer {
        unsafe withUnsafeBytes(of: flat.service_data) { unsafe lend($0, flat.service_data_length, body) }
    }

    /// Lends the manufacturer data of company 0x22B5, up to 31 bytes, none when there is none.
    package func withManufacturerData<Answer>(_ body: (Span<UInt8>) -> Answer) -> Answer {
        unsafe withUnsafeBytes(of: flat.manufacturer_data) { unsafe lend($0, flat.manufacturer_data_length, body) }
    }
}

@unsafe private func lend<Answer>(
    _ bytes: UnsafeRawBufferPointer, _ length: UInt8, _ body: (Span<UInt8>) -> Answer
) -> Answer {
    let count = min(Int(length), bytes.count)
    return unsafe bytes.withMemoryRebound(to: UInt8.self) { bytes in
        body(unsafe UnsafeBufferPointer(rebasing: bytes[0..<count]).span)
    }
}
