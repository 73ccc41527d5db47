// SPDX-License-Identifier: GPL-3.0-or-later
// A sighting as one line of JSON: what `journal load` reads and `journal dump` writes.

internal import Beacon
internal import FoundationEssentials

/// Reads lines of `{"format","id","metadata","time","rssi","mean","previousScan"}`. Times are Unix seconds and may have
/// a fraction, which is kept to the millisecond; `metadata`, `mean` and `previousScan` may be missing or null.
struct SightingLine: Decodable {
    private let format: String
    private let id: String
    private let metadata: String?
    private let time: Double
    private let rssi: Int
    private let mean: Int?
    private let previousScan: Double?

    /// Why a line is no sighting, as a clause.
    struct Fault: Error, Equatable, CustomStringConvertible {
        let description: String
    }

    /// The sighting that a line spells.
    static func read(_ line: String, _ decoder: JSONDecoder) throws(Fault) -> Sighting {
        let fields: SightingLine
        do {
            fields = try decoder.decode(SightingLine.self, from: Data(line.utf8))
        } catch let error as DecodingError {
            throw Fault(description: describe(error))
        } catch {
            throw Fault(description: "it is not JSON")
        }
        return try fields.sighting()
    }

    private func sighting() throws(Fault) -> Sighting {
        guard let format = BeaconFormat(name: format) else {
            throw Fault(description: "format is \"\(format)\", expected bluezone or exposure-notification")
        }
        guard let bytes = [UInt8](hex: id), let identifier = EphemeralIdentifier(format: format, bytes: bytes) else {
            throw Fault(description: "id must be \(2 * format.identifierLength) hexadecimal digits")
        }
        let heard = try moment("time", time)
        let earlier: Timestamp? = if let previousScan { try moment("previousScan", previousScan) } else { nil }
        let strongest = try strength("rssi", rssi)
        return Sighting(
            payload: BeaconPayload(identifier: identifier, metadata: try word()), time: heard, previousScan: earlier,
            rssi: strongest, meanRSSI: try mean.map { value throws(Fault) in try strength("mean", value) } ?? strongest)
    }

    private func word() throws(Fault) -> UInt32 {
        guard let metadata, !metadata.isEmpty else { return 0 }
        guard let bytes = [UInt8](hex: metadata), bytes.count == 4 else {
            throw Fault(description: "metadata must be 8 hexadecimal digits")
        }
        return bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }

    private func moment(_ name: String, _ seconds: Double) throws(Fault) -> Timestamp {
        // The journal's days: 1970 to 9999.
        guard (0...253_402_300_799).contains(seconds) else {
            throw Fault(description: "\(name) must be Unix seconds from 0 to 253402300799")
        }
        return Timestamp(milliseconds: Int64((seconds * 1000).rounded()))
    }

    private func strength(_ name: String, _ value: Int) throws(Fault) -> Int8 {
        guard (-127...20).contains(value) else {
            throw Fault(description: "\(name) must be a strength in dBm from -127 to 20")
        }
        return Int8(value)
    }

    private static func describe(_ error: DecodingError) -> String {
        switch error {
        case .keyNotFound(let key, _): "it has no \"\(key.stringValue)\""
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            "\"\(context.codingPath.first?.stringValue ?? "the line")\" has the wrong type"
        case .dataCorrupted: "it is not a JSON object"
        @unknown default: "it is not a JSON object"
        }
    }

    /// The line of a sighting, without its end. Written by hand, for a journal has a million of them.
    static func text(_ sighting: Sighting, isReplay: Bool = false) -> String {
        let identifier = sighting.payload.identifier
        let metadata =
            identifier.format == .exposureNotification ? "\"\(hex(sighting.payload.metadata))\"" : "null"
        let previous = sighting.previousScan.map(seconds) ?? "null"
        return "{\"format\":\"\(identifier.format)\",\"id\":\"\(identifier.hex)\",\"metadata\":\(metadata),"
            + "\"time\":\(seconds(sighting.time)),\"rssi\":\(sighting.rssi),\"mean\":\(sighting.meanRSSI),"
            + "\"previousScan\":\(previous)\(isReplay ? ",\"replay\":true" : "")}"
    }

    private static func hex(_ word: UInt32) -> String {
        stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> $0) }.hex
    }

    /// `1772442000`, `1772442000.25`.
    static func seconds(_ time: Timestamp) -> String {
        let milliseconds = time.milliseconds - time.seconds * 1000
        guard milliseconds != 0 else { return String(time.seconds) }
        var fraction = String(1000 + milliseconds).dropFirst()
        while fraction.last == "0" { fraction.removeLast() }
        return "\(time.seconds).\(fraction)"
    }
}
