// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon

/// One of the station's own daily keys, with the slots of its day in which it may be on the air.
package struct OwnKey: Hashable, Comparable, Sendable {
    package let day: UTCDay
    package let key: DailyKey
    /// In slots of the key's format (15 or 10 minutes), counted from the UTC midnight; never empty.
    package var slots: Range<Int>
    /// Whether it was given out to be published: it never goes on the air again.
    package var isClosed: Bool

    package init(day: UTCDay, key: DailyKey, slots: Range<Int>, isClosed: Bool) {
        self.day = day
        self.key = key
        self.slots = slots
        self.isClosed = isClosed
    }

    package static func < (a: OwnKey, b: OwnKey) -> Bool {
        (a.day.number, a.key.format.rawValue, a.slots.lowerBound)
            < (b.day.number, b.key.format.rawValue, b.slots.lowerBound)
    }

    /// The slot of a format that `time` lies in, in its UTC day.
    package static func slot(_ format: BeaconFormat, of time: Timestamp) -> Int {
        Int(time.millisecondsOfDay / format.slotLength.wholeMilliseconds)
    }

    /// Those of its slots that begin before `end`; nil when there are none.
    func slots(before end: Timestamp) -> Range<Int>? {
        guard end > day.start else { return nil }
        let last = end >= day.end ? slots.upperBound : min(slots.upperBound, OwnKey.slot(key.format, of: end))
        return slots.lowerBound < last ? slots.lowerBound..<last : nil
    }

    func overlaps(_ other: OwnKey) -> Bool {
        day == other.day && key.format == other.key.format && slots.overlaps(other.slots)
    }
}

extension OwnKey {
    private var isWholeDay: Bool { slots == 0..<key.format.slotsPerDay }

    /// The key as a line of the key file, without its end.
    var line: String {
        let line = "\(key.format) \(day) \(key.bytes.hex)"
        if isClosed { return line + " \(slots.lowerBound)-\(slots.upperBound - 1)" }
        return isWholeDay ? line : line + " \(slots.lowerBound)-"
    }

    /// The key that `line` spells; nil for anything else.
    init?(line: some StringProtocol) {
        let fields = line.split(separator: " ")
        guard (3...4).contains(fields.count), let format = BeaconFormat(name: fields[0]), let day = UTCDay(fields[1]),
            let bytes = [UInt8](hex: fields[2]), let key = DailyKey(format: format, bytes: bytes)
        else { return nil }
        let all = format.slotsPerDay
        guard fields.count == 4 else {
            self.init(day: day, key: key, slots: 0..<all, isClosed: false)
            return
        }
        let ends = fields[3].split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let first = OwnKey.slot(ends[0]), (0..<all).contains(first) else { return nil }
        if ends[1].isEmpty {
            self.init(day: day, key: key, slots: first..<all, isClosed: false)
        } else {
            guard let last = OwnKey.slot(ends[1]), (first..<all).contains(last) else { return nil }
            self.init(day: day, key: key, slots: first..<last + 1, isClosed: true)
        }
    }

    /// A number as we write it.
    private static func slot(_ text: some StringProtocol) -> Int? {
        Int(text).flatMap { String($0) == text ? $0 : nil }
    }
}
