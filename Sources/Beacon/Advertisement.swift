// SPDX-License-Identifier: GPL-3.0-or-later
// Both air formats, both directions: what stands in an advertisement's AD structures.

/// Numbers that the formats put on the air.
package enum BeaconNumbers {
    /// Bluezone's 16-bit service UUID ("VN").
    package static let bluezoneService: UInt16 = 0x4E56
    /// The company number of Bluezone's manufacturer data.
    package static let bluezoneCompany: UInt16 = 0x22B5
    /// Exposure Notification's 16-bit service UUID.
    package static let exposureNotificationService: UInt16 = 0xFD6F
}

extension BeaconPayload {
    /// The service data of an Exposure Notification beacon: identifier and encrypted metadata, 20 bytes. For Bluezone,
    /// the manufacturer data behind the company number: the 12-byte identifier.
    package var serviceBytes: [UInt8] {
        switch identifier.format {
        case .bluezone: identifier.bytes
        case .exposureNotification:
            identifier.bytes + (0..<4).map { UInt8(truncatingIfNeeded: metadata >> (24 - 8 * $0)) }
        }
    }

    /// Reads what `serviceBytes` wrote. Exposure Notification takes exactly 20 bytes, Bluezone exactly 12.
    package init?(format: BeaconFormat, serviceBytes: Span<UInt8>) {
        switch format {
        case .bluezone:
            guard let identifier = EphemeralIdentifier(format: format, bytes: serviceBytes) else { return nil }
            self.init(identifier: identifier)
        case .exposureNotification:
            guard serviceBytes.count == 20,
                let identifier = EphemeralIdentifier(format: format, bytes: serviceBytes.extracting(0..<16))
            else { return nil }
            var metadata: UInt32 = 0
            for index in 16..<20 { metadata = metadata << 8 | UInt32(serviceBytes[index]) }
            self.init(identifier: identifier, metadata: metadata)
        }
    }

    /// The advertisement's AD structures, as the apps send them: the service UUID list first.
    /// With flags, an Exposure Notification advertisement is the 31 bytes of a legacy one; without, 28.
    package func advertisement(flags: UInt8?) -> [UInt8] {
        var bytes: [UInt8] = []
        if let flags { bytes += [0x02, ADType.flags, flags] }
        switch identifier.format {
        case .bluezone:
            let company = BeaconNumbers.bluezoneCompany
            bytes += [0x03, ADType.completeList16] + littleEndian(BeaconNumbers.bluezoneService)
            bytes += [UInt8(serviceBytes.count + 3), ADType.manufacturerData] + littleEndian(company) + serviceBytes
        case .exposureNotification:
            let service = littleEndian(BeaconNumbers.exposureNotificationService)
            bytes += [0x03, ADType.completeList16] + service
            bytes += [UInt8(serviceBytes.count + 3), ADType.serviceData16] + service + serviceBytes
        }
        return bytes
    }

    /// The beacon in an advertisement's AD structures; nil when there is none.
    ///
    /// Walks the structures and insists on nothing else: flags, order, PDU type and address kind differ between
    /// phones. A structure that reaches past the end stops the walk, as it does in every Bluetooth host.
    package static func decode(advertisement: Span<UInt8>) -> BeaconPayload? {
        var listsBluezone = false
        var bluezone: BeaconPayload?
        var offset = 0
        while offset < advertisement.count {
            let length = Int(advertisement[offset])
            guard length > 0, offset + 1 + length <= advertisement.count else { break }
            let type = advertisement[offset + 1]
            let content = advertisement.extracting(offset + 2..<offset + 1 + length)
            switch type {
            case ADType.completeList16, ADType.incompleteList16:
                if content.lists(BeaconNumbers.bluezoneService) { listsBluezone = true }
            case ADType.serviceData16 where content.starts(BeaconNumbers.exposureNotificationService):
                let service = content.extracting(2..<content.count)
                if let payload = BeaconPayload(format: .exposureNotification, serviceBytes: service) { return payload }
            case ADType.manufacturerData where content.starts(BeaconNumbers.bluezoneCompany):
                bluezone = BeaconPayload(format: .bluezone, serviceBytes: content.extracting(2..<content.count))
            default: break
            }
            offset += 1 + length
        }
        return listsBluezone ? bluezone : nil
    }

    private func littleEndian(_ value: UInt16) -> [UInt8] { [UInt8(value & 0xFF), UInt8(value >> 8)] }
}

/// AD types of the Bluetooth assigned numbers that the formats use.
private enum ADType {
    static let flags: UInt8 = 0x01
    static let incompleteList16: UInt8 = 0x02
    static let completeList16: UInt8 = 0x03
    static let serviceData16: UInt8 = 0x16
    static let manufacturerData: UInt8 = 0xFF
}

extension Span<UInt8> {
    /// Whether the little-endian 16-bit `value` stands at the start.
    fileprivate func starts(_ value: UInt16) -> Bool {
        count >= 2 && self[0] == UInt8(value & 0xFF) && self[1] == UInt8(value >> 8)
    }

    /// Whether the little-endian 16-bit `value` is one of the list that the bytes are.
    fileprivate func lists(_ value: UInt16) -> Bool {
        var index = 0
        while index + 1 < count {
            if self[index] == UInt8(value & 0xFF), self[index + 1] == UInt8(value >> 8) { return true }
            index += 2
        }
        return false
    }
}
