// SPDX-License-Identifier: GPL-3.0-or-later
// TemporaryExposureKey of the export format: 1 key_data, 2 transmission_risk_level, 3 rolling_start_interval_number,
// 4 rolling_period (144 when absent), 5 report_type, 6 days_since_onset_of_symptoms (zig-zag).

package import Beacon

extension CaseKey {
    /// 1971-01-01. A key of 1970 was made by a device whose clock was never set, or says nothing of its start; test
    /// servers write such keys, some of them 32 bytes long.
    static let firstRollingStart: UInt32 = 365 * 144

    /// 9999-12-31. A day of the year 10000 has no `YYYY-MM-DD`, so that neither the ledger nor JSON could name it.
    static let lastRollingStart: UInt32 = 2_932_896 * 144

    private static let rollingStarts = firstRollingStart...lastRollingStart

    /// Reads key `index` (from 1, for messages) from the message in `range` of `bytes`. `base` is the offset of
    /// byte 0 in export.bin. Fields that are not ours are passed over; of a field that comes twice the last counts.
    init(_ bytes: Span<UInt8>, in range: Range<Int>, index: Int, base: Int) throws(CaseError) {
        var fields = KeyFields()
        var cursor = ProtobufCursor(position: range.lowerBound, end: range.upperBound)
        do throws(ProtobufFault) {
            while !cursor.isAtEnd { try fields.read(&cursor, bytes) }
        } catch {
            throw CaseError(error, in: "export.bin", offset: base + cursor.position)
        }
        try self.init(fields, bytes, index: index)
    }

    private init(_ fields: KeyFields, _ bytes: Span<UInt8>, index: Int) throws(CaseError) {
        guard let format = BeaconFormat(keyLength: fields.key.count),
            let key = DailyKey(format: format, bytes: bytes.extracting(fields.key))
        else {
            throw .keyLength(index: index, length: fields.key.count)
        }
        guard let rollingStart = UInt32(exactly: fields.rollingStart), CaseKey.rollingStarts.contains(rollingStart)
        else {
            throw .rollingStart(index: index, value: fields.rollingStart)
        }
        guard (1...144).contains(fields.rollingPeriod) else {
            throw .rollingPeriod(index: index, value: fields.rollingPeriod)
        }
        guard (0...8).contains(fields.transmissionRisk) else {
            throw .transmissionRisk(index: index, value: fields.transmissionRisk)
        }
        self.init(
            key: key, rollingStart: rollingStart, rollingPeriod: UInt32(fields.rollingPeriod),
            // An enumeration's unknown value counts as absent, and absent is its first value.
            reportType: ReportType(rawValue: fields.reportType) ?? .unknown,
            daysSinceOnset: fields.daysSinceOnset, transmissionRisk: fields.transmissionRisk)
    }

    /// The message's bytes as a server writes them: fields with their default value are left out.
    var encoded: [UInt8] {
        var writer = ProtobufWriter()
        writer.write(1, key.bytes)
        if transmissionRisk != 0 { writer.write(2, transmissionRisk) }
        writer.write(3, Int32(clamping: rollingStart))
        if rollingPeriod != 144 { writer.write(4, Int32(clamping: rollingPeriod)) }
        if reportType != .unknown { writer.write(5, reportType.rawValue) }
        if let daysSinceOnset { writer.writeZigZag(6, daysSinceOnset) }
        return writer.bytes
    }

    /// Why the key cannot stand in an export; nil when it can.
    func fault(index: Int) -> CaseError? {
        guard CaseKey.rollingStarts.contains(rollingStart) else {
            return .rollingStart(index: index, value: Int32(clamping: rollingStart))
        }
        guard (1...144).contains(rollingPeriod) else {
            return .rollingPeriod(index: index, value: Int32(clamping: rollingPeriod))
        }
        guard (0...8).contains(transmissionRisk) else {
            return .transmissionRisk(index: index, value: transmissionRisk)
        }
        return nil
    }

    /// The UTC day in which the key's last interval lies.
    package var lastDay: UTCDay {
        Timestamp(seconds: (Int64(rollingStart) + Int64(rollingPeriod) - 1) * 600).day
    }
}

extension BeaconFormat {
    /// The format whose daily keys have so many bytes.
    fileprivate init?(keyLength: Int) {
        switch keyLength {
        case BeaconFormat.bluezone.keyLength: self = .bluezone
        case BeaconFormat.exposureNotification.keyLength: self = .exposureNotification
        default: return nil
        }
    }
}

/// A key message's fields as they stand in the file, before anything is checked.
private struct KeyFields {
    /// Where the key's bytes lie.
    var key = 0..<0
    var transmissionRisk: Int32 = 0
    var rollingStart: Int32 = 0
    var rollingPeriod: Int32 = 144
    var reportType: Int32 = 0
    var daysSinceOnset: Int32?

    mutating func read(_ cursor: inout ProtobufCursor, _ bytes: Span<UInt8>) throws(ProtobufFault) {
        let (number, type) = try cursor.tag(bytes)
        switch (number, type) {
        case (1, .bytes): key = try cursor.block(bytes)
        case (2, .varint): transmissionRisk = try cursor.int32(bytes)
        case (3, .varint): rollingStart = try cursor.int32(bytes)
        case (4, .varint): rollingPeriod = try cursor.int32(bytes)
        case (5, .varint): reportType = try cursor.int32(bytes)
        case (6, .varint): daysSinceOnset = try cursor.zigZag32(bytes)
        default: try cursor.skip(type, bytes)
        }
    }
}

extension CaseError {
    /// A fault in the fields of `member`, found at byte `offset` of it.
    init(_ fault: ProtobufFault, in member: String, offset: Int) {
        let reason =
            switch fault {
            case .incomplete: "it ends inside a field"
            case .malformed(let reason): reason
            }
        self = .malformed(member, offset: offset, reason: reason)
    }
}
