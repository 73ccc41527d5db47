// SPDX-License-Identifier: GPL-3.0-or-later
// The dictionaries of ListAlerts, Nearby and the signal Alert, to and from the values on the bus.

internal import Beacon
package import Bus

extension AlertNotice {
    /// `a{sv}` with `Level` s, `Day` s, `Minutes` u and `Format` s.
    package var value: BusValue {
        .properties([
            ("Level", .string(level.rawValue)), ("Day", .string(day.description)), ("Minutes", .uint32(minutes)),
            ("Format", .string(format.description)),
        ])
    }

    /// The alert that a dictionary spells. Throws `.unexpected` when an entry is missing or has another shape.
    package init(_ value: BusValue) throws(ControlError) {
        guard let level = value["Level"]?.text.flatMap(Level.init),
            let day = value["Day"]?.text.flatMap({ UTCDay($0) }),
            let minutes = value["Minutes"]?.integer.flatMap(UInt32.init(exactly:)),
            let format = value["Format"]?.text.flatMap(BeaconFormat.init(name:))
        else { throw .unexpected("an alert has the entries \(value)") }
        self.init(level: level, day: day, minutes: minutes, format: format)
    }
}

extension NearbyBeacon {
    /// `a{sv}` with `Prefix` s, `Format` s, `RSSI` n, `Age` u and `Samples` u.
    package var value: BusValue {
        .properties([
            ("Prefix", .string(prefix)), ("Format", .string(format.description)), ("RSSI", .int16(Int16(rssi))),
            ("Age", .uint32(age)), ("Samples", .uint32(samples)),
        ])
    }

    /// The entry that a dictionary spells. Throws `.unexpected` when an entry is missing or has another shape.
    package init(_ value: BusValue) throws(ControlError) {
        guard let prefix = value["Prefix"]?.text, let format = value["Format"]?.text.flatMap(BeaconFormat.init(name:)),
            let rssi = value["RSSI"]?.integer.flatMap(Int8.init(exactly:)),
            let age = value["Age"]?.integer.flatMap(UInt32.init(exactly:))
        else { throw .unexpected("a nearby identifier has the entries \(value)") }
        // A daemon of an earlier version does not say.
        let samples = value["Samples"]?.integer.flatMap(UInt32.init(exactly:)) ?? 0
        self.init(prefix: prefix, format: format, rssi: rssi, age: age, samples: samples)
    }
}
