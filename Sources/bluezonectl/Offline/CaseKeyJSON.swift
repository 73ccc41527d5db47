// SPDX-License-Identifier: GPL-3.0-or-later
// Case keys as JSON: what `export show` writes and `export make` reads.

internal import Beacon
internal import Cases
internal import FoundationEssentials

extension CaseKey {
    /// The key for programs; the report type is the export format's number.
    var json: JSON {
        .object([
            .init("key", .string(key.bytes.hex)),
            .init("rollingStart", .integer(Int64(rollingStart))),
            .init("rollingPeriod", .integer(Int64(rollingPeriod))),
            .init("reportType", .integer(Int64(reportType.rawValue))),
            .init("daysSinceOnset", .integer(daysSinceOnset.map(Int64.init))),
            .init("transmissionRisk", .integer(Int64(transmissionRisk))),
        ])
    }
}

/// A file of case keys: an object with `keys` and perhaps `revisedKeys`, as `export show` prints it, or the bare list.
struct CaseKeyFile: Decodable {
    var keys: [CaseKey]
    var revisedKeys: [CaseKey]

    /// The keys that `bytes` spell. `name` is for messages.
    init(_ bytes: [UInt8], name: String) throws(CommandFailure) {
        do {
            self = try JSONDecoder().decode(CaseKeyFile.self, from: Data(bytes))
        } catch let error as DecodingError {
            throw CommandFailure("\(name): \(error.sentence)")
        } catch {
            throw CommandFailure("\(name): \(error)")
        }
    }

    private enum Member: String, CodingKey {
        case keys, revisedKeys
    }

    init(from decoder: any Decoder) throws {
        if let list = try? decoder.singleValueContainer().decode([Entry].self) {
            keys = list.map(\.key)
            revisedKeys = []
            return
        }
        let members = try decoder.container(keyedBy: Member.self)
        keys = try members.decode([Entry].self, forKey: .keys).map(\.key)
        revisedKeys = try members.decodeIfPresent([Entry].self, forKey: .revisedKeys)?.map(\.key) ?? []
    }

    /// One key, with the export format's own defaults for what is missing.
    private struct Entry: Decodable {
        let key: CaseKey

        private enum Member: String, CodingKey {
            case key, rollingStart, rollingPeriod, reportType, daysSinceOnset, transmissionRisk
        }

        init(from decoder: any Decoder) throws {
            let members = try decoder.container(keyedBy: Member.self)
            let bytes = try [UInt8](hex: members.decode(String.self, forKey: .key))
            let dailyKey = bytes.flatMap { bytes in
                BeaconFormat.allCases.lazy.compactMap { DailyKey(format: $0, bytes: bytes) }.first
            }
            guard let dailyKey else {
                throw DecodingError.dataCorruptedError(
                    forKey: .key, in: members, debugDescription: "must be 32 or 64 hexadecimal digits")
            }
            let start = try Entry.number(.rollingStart, in: members, from: 0, to: .max) as UInt32?
            guard let start else {
                throw DecodingError.keyNotFound(
                    Member.rollingStart, .init(codingPath: members.codingPath, debugDescription: ""))
            }
            key = CaseKey(
                key: dailyKey, rollingStart: start,
                rollingPeriod: try Entry.number(.rollingPeriod, in: members, from: 1, to: 144) ?? 144,
                reportType: try Entry.number(.reportType, in: members, from: 0, to: 5).flatMap(ReportType.init)
                    ?? .confirmedTest,
                daysSinceOnset: try Entry.number(.daysSinceOnset, in: members, from: .min, to: .max),
                transmissionRisk: try Entry.number(.transmissionRisk, in: members, from: 0, to: 8) ?? 0)
        }

        /// A whole number in a range; nil when it is missing or null.
        private static func number<Number: FixedWidthInteger>(
            _ member: Member, in members: KeyedDecodingContainer<Member>, from first: Number, to last: Number
        ) throws -> Number? {
            guard let value = try members.decodeIfPresent(Double.self, forKey: member) else { return nil }
            guard let number = Number(exactly: value), number >= first, number <= last else {
                throw DecodingError.dataCorruptedError(
                    forKey: member, in: members, debugDescription: "must be a number from \(first) to \(last)")
            }
            return number
        }
    }
}

extension DecodingError {
    /// Where and why, as a person reads it: `keys[3].key must be 32 or 64 hexadecimal digits`.
    var sentence: String {
        switch self {
        case .keyNotFound(let key, let context): "\(Self.place(context)) has no \"\(key.stringValue)\""
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            "\(Self.place(context)) has the wrong type"
        case .dataCorrupted(let context):
            context.codingPath.isEmpty
                ? "this is not JSON, or has a number out of range"
                : "\(Self.place(context)) \(context.debugDescription)"
        @unknown default: "this is not the JSON that is expected"
        }
    }

    private static func place(_ context: Context) -> String {
        let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined()
        return path.isEmpty ? "the JSON" : String(path.drop { $0 == "." })
    }
}
