// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import Exposure
internal import FoundationEssentials

/// The Bluezone app's own case message, `{"data":[{"daily_key","time_start","time_end","max"}]}`: bytes are
/// hexadecimal digits, times Unix seconds, `max` the slots of a day (96 when missing). Nobody signs it.
struct CaseMessage: Decodable {
    private let data: [Entry]

    private struct Entry: Decodable {
        let dailyKey: String
        let start: Int64
        let end: Int64
        let slots: Int?

        private enum CodingKeys: String, CodingKey {
            case dailyKey = "daily_key"
            case start = "time_start"
            case end = "time_end"
            case slots = "max"
        }
    }

    /// Whether `bytes` begin as JSON does, and no ZIP file.
    static func isLikely(_ bytes: [UInt8]) -> Bool {
        bytes.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } == UInt8(ascii: "{")
    }

    /// The cases that a message spells; `name` is for messages to people.
    static func cases(_ bytes: [UInt8], name: String) throws(CommandFailure) -> [BluezoneCase] {
        let message: CaseMessage
        do {
            message = try JSONDecoder().decode(CaseMessage.self, from: Data(bytes))
        } catch let error as DecodingError {
            throw CommandFailure("\(name): \(error.sentence)")
        } catch {
            throw CommandFailure("\(name): \(error)")
        }
        var cases: [BluezoneCase] = []
        for (index, entry) in message.data.enumerated() {
            let key = [UInt8](hex: entry.dailyKey) ?? []
            guard
                let found = BluezoneCase(
                    dailyKey: key, timeStart: entry.start, timeEnd: entry.end, slotsPerDay: entry.slots ?? 96)
            else {
                throw CommandFailure("\(name): data[\(index)] is wrong; it needs \(BluezoneCase.requirement)")
            }
            cases.append(found)
        }
        return cases
    }
}
