// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon
package import Bus

/// What the owner could publish of one day and format: how much, never what.
package struct PublishableKeys: Hashable, Sendable {
    package var day: UTCDay
    package var format: BeaconFormat
    /// Keys of that day and format, one unless the day's key was closed before.
    package var count: UInt32
    /// Whether one of them is in use now: handing it out closes it, and another follows.
    package var isInUse: Bool

    package init(day: UTCDay, format: BeaconFormat, count: UInt32, isInUse: Bool) {
        self.day = day
        self.format = format
        self.count = count
        self.isInUse = isInUse
    }

    /// `a{sv}` with `Day` s, `Format` s, `Keys` u and `InUse` b.
    package var value: BusValue {
        .properties([
            ("Day", .string(day.description)), ("Format", .string(format.description)), ("Keys", .uint32(count)),
            ("InUse", .bool(isInUse)),
        ])
    }

    /// The entry that a dictionary spells. Throws `.unexpected` when an entry is missing or has another shape.
    package init(_ value: BusValue) throws(ControlError) {
        guard let day = value["Day"]?.text.flatMap({ UTCDay($0) }),
            let format = value["Format"]?.text.flatMap(BeaconFormat.init(name:)),
            let count = value["Keys"]?.integer.flatMap(UInt32.init(exactly:)), let isInUse = value["InUse"]?.bool
        else { throw .unexpected("a publishable day has the entries \(value.names)") }
        self.init(day: day, format: format, count: count, isInUse: isInUse)
    }
}

/// A closed key on its way to the health authority, because its owner agreed.
package struct HandedOutKey: Hashable, Sendable {
    package var day: UTCDay
    package var key: DailyKey
    /// Slots of the key's format in its UTC day that it was in use for; not empty, within the day.
    package var slots: Range<Int>

    package init(day: UTCDay, key: DailyKey, slots: Range<Int>) {
        self.day = day
        self.key = key
        self.slots = slots
    }

    /// `a{sv}` with `Day` s, `Format` s, `Key` ay, `FirstSlot` u and `LastSlot` u.
    package var value: BusValue {
        .properties([
            ("Day", .string(day.description)), ("Format", .string(key.format.description)), ("Key", .bytes(key.bytes)),
            ("FirstSlot", .uint32(UInt32(clamping: slots.lowerBound))),
            ("LastSlot", .uint32(UInt32(clamping: slots.upperBound - 1))),
        ])
    }

    /// The key that a dictionary spells. Throws `.unexpected`, without the key in its text, when an entry is missing or has
    /// another shape.
    package init(_ value: BusValue) throws(ControlError) {
        guard let day = value["Day"]?.text.flatMap({ UTCDay($0) }),
            let format = value["Format"]?.text.flatMap(BeaconFormat.init(name:)),
            let key = value["Key"]?.byteArray.flatMap({ DailyKey(format: format, bytes: $0) }),
            let first = value["FirstSlot"]?.integer, let last = value["LastSlot"]?.integer,
            first >= 0, first <= last, last < format.slotsPerDay
        else { throw .unexpected("a key that is handed out has the entries \(value.names)") }
        self.init(day: day, key: key, slots: Int(first)..<Int(last) + 1)
    }
}

extension BusValue {
    /// The names of a dictionary's entries, for messages that must not say its values.
    fileprivate var names: String { (entries ?? []).map { $0.key.text ?? "?" }.joined(separator: ", ") }
}
