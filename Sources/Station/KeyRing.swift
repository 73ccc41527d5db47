// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon

/// The station's own daily keys, each drawn fresh for its format and UTC day.
///
/// A day has one key of each format, or several where its owner published it before it was over: each has slots of its own,
/// and a key that was closed never goes on the air again, whatever the clock does.
///
/// As text, one key a line: `bluezone 2026-11-20 4c52…` is in use for the whole day; behind it, `0-48` are the slots of a key
/// that was closed, `49-` the first of one that follows it. A line that does not read is left out, and counted.
package struct KeyRing: Hashable, Sendable {
    /// In order of day, format and slots; the slots of one day and format never overlap.
    package private(set) var keys: [OwnKey] = []
    /// Whether there is something that the stored text does not say. Cleared by whoever stored it.
    package var needsSaving = false
    /// Lines of the text that did not read.
    package private(set) var unreadableLines = 0

    package init() {}

    /// Reads what `text` wrote.
    package init(text: String) {
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            if let key = OwnKey(line: line), !keys.contains(where: { $0.overlaps(key) }) {
                keys.append(key)
            } else {
                unreadableLines += 1
            }
        }
        keys.sort()
    }

    /// The keys as text, oldest first.
    package var text: String { keys.map { $0.line + "\n" }.joined() }

    /// Every key there is, for telling what is our own.
    package var all: Set<DailyKey> { Set(keys.map(\.key)) }

    /// The days of which a key was closed: its owner published it, or agreed to.
    package var closedDays: Set<UTCDay> { Set(keys.filter(\.isClosed).map(\.day)) }

    /// The key that a format has on the air at a time; drawn when the day has none from there on. Nil while a closed key's last
    /// slot is under way, and before the slots of the key that follows it.
    package mutating func key(_ format: BeaconFormat, at time: Timestamp) -> DailyKey? {
        let slot = OwnKey.slot(format, of: time)
        let known = keys.filter { $0.day == time.day && $0.key.format == format }
        if let open = known.first(where: { !$0.isClosed }) { return open.slots.contains(slot) ? open.key : nil }
        let first = known.map(\.slots.upperBound).max() ?? 0
        guard slot >= first, first < format.slotsPerDay else { return nil }
        let key = OwnKey(day: time.day, key: .random(format), slots: first..<format.slotsPerDay, isClosed: false)
        keys.append(key)
        keys.sort()
        needsSaving = true
        return key.key
    }

    /// Closes the keys of a day that may have been on the air by now: those of a past day as they are, today's with the slots
    /// before `end`, which no earlier slot has begun after. Answers all closed keys of the day.
    package mutating func close(_ day: UTCDay, before end: Timestamp) -> [OwnKey] {
        for index in keys.indices where keys[index].day == day && !keys[index].isClosed {
            guard let slots = keys[index].slots(before: end) else { continue }
            keys[index].slots = slots
            keys[index].isClosed = true
            needsSaving = true
        }
        return keys.filter { $0.day == day && $0.isClosed }
    }

    /// Forgets the keys of days before `day`.
    package mutating func drop(before day: UTCDay) {
        let kept = keys.filter { $0.day >= day }
        if kept.count != keys.count { needsSaving = true }
        keys = kept
    }

    /// Forgets all keys; the next ones are new.
    package mutating func removeAll() {
        keys = []
        needsSaving = true
    }
}
