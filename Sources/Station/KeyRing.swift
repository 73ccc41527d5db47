// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon

/// The station's own daily keys, each drawn fresh for its format and UTC day.
///
/// As text, one key a line: `bluezone 2026-11-20 4c52…`. A line that does not read is left out, and counted.
package struct KeyRing: Hashable, Sendable {
    package struct Slot: Hashable, Comparable, Sendable {
        package var day: UTCDay
        package var format: BeaconFormat

        package static func < (a: Slot, b: Slot) -> Bool {
            (a.day, a.format.rawValue) < (b.day, b.format.rawValue)
        }
    }

    package private(set) var keys: [Slot: DailyKey] = [:]
    /// Whether there is something that the stored text does not say. Cleared by whoever stored it.
    package var needsSaving = false
    /// Lines of the text that did not read.
    package private(set) var unreadableLines = 0

    package init() {}

    /// Reads what `text` wrote.
    package init(text: String) {
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let fields = line.split(separator: " ")
            if fields.count == 3, let format = BeaconFormat(name: fields[0]), let day = UTCDay(fields[1]),
                let bytes = [UInt8](hex: fields[2]), let key = DailyKey(format: format, bytes: bytes)
            {
                keys[Slot(day: day, format: format)] = key
            } else {
                unreadableLines += 1
            }
        }
    }

    /// The keys as text, oldest first.
    package var text: String {
        keys.sorted { $0.key < $1.key }
            .map { "\($0.key.format) \($0.key.day) \($0.value.bytes.hex)\n" }
            .joined()
    }

    /// The key of a format and day; drawn when there is none yet.
    package mutating func key(_ format: BeaconFormat, on day: UTCDay) -> DailyKey {
        let slot = Slot(day: day, format: format)
        if let key = keys[slot] { return key }
        let key = DailyKey.random(format)
        keys[slot] = key
        needsSaving = true
        return key
    }

    /// Forgets the keys of days before `day`.
    package mutating func drop(before day: UTCDay) {
        let kept = keys.filter { $0.key.day >= day }
        if kept.count != keys.count { needsSaving = true }
        keys = kept
    }

    /// Forgets all keys; the next ones are new.
    package mutating func removeAll() {
        keys = [:]
        needsSaving = true
    }
}
