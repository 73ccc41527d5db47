// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon

/// A closed daily key that its owner agreed to publish, with the slots of its day that it was in use for.
package struct PublishedKey: Hashable, Sendable {
    package let day: UTCDay
    package let key: DailyKey
    /// In slots of the key's format (15 or 10 minutes), counted from the UTC midnight.
    package let slots: Range<Int>

    /// Nil when the slots are none, or not all of them of one day.
    package init?(day: UTCDay, key: DailyKey, slots: Range<Int>) {
        guard slots.lowerBound >= 0, slots.upperBound <= key.format.slotsPerDay, !slots.isEmpty else { return nil }
        self.day = day
        self.key = key
        self.slots = slots
    }

    /// When its last slot is over.
    package var end: Timestamp { day.start.advanced(by: key.format.slotLength * slots.upperBound) }

    /// How long the health authority holds a key back behind its end: until no receiver takes its identifiers any more.
    package static let embargo = Duration.seconds(7200)

    /// From when on others may see it.
    package var visible: Timestamp { end.advanced(by: PublishedKey.embargo) }

    /// The key as the publish server takes it. Exposure Notification's as Google's server does; Bluezone's by day and slots.
    package var json: JSONValue {
        switch key.format {
        case .exposureNotification:
            .members([
                ("key", .string(base64(key.bytes))), ("rollingStartNumber", .integer(rollingStart)),
                ("rollingPeriod", .integer(Int64(slots.count))), ("transmissionRisk", .integer(0)),
            ])
        case .bluezone:
            .members([
                ("key", .string(base64(key.bytes))), ("day", .integer(Int64(day.number))),
                ("firstSlot", .integer(Int64(slots.lowerBound))), ("lastSlot", .integer(Int64(slots.upperBound - 1))),
            ])
        }
    }

    /// What stands for the key in the text that the certificate is about.
    var certified: String {
        switch key.format {
        case .exposureNotification: KeyCertificate.part(key.bytes, [rollingStart, Int64(slots.count), 0])
        case .bluezone:
            KeyCertificate.part(
                key.bytes, [Int64(day.number), Int64(slots.lowerBound), Int64(slots.upperBound - 1)])
        }
    }

    private var rollingStart: Int64 { Int64(day.firstInterval) + Int64(slots.lowerBound) }
}

extension PublishedKey {
    /// The key in one line: `bluezone 2026-11-20 0-48 4c52…`.
    package var line: String {
        "\(key.format) \(day) \(slots.lowerBound)-\(slots.upperBound - 1) \(key.bytes.hex)"
    }

    /// The key that `line` spells; nil for anything else.
    package init?(line: some StringProtocol) {
        let words = line.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 4, let format = BeaconFormat(name: words[0]), let day = UTCDay(words[1]),
            let bytes = [UInt8](hex: words[3]), let key = DailyKey(format: format, bytes: bytes)
        else { return nil }
        let ends = words[2].split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard ends.count == 2, let first = ends[0], let last = ends[1], first >= 0, first <= last,
            last < format.slotsPerDay
        else { return nil }
        self.init(day: day, key: key, slots: first..<last + 1)
    }
}
