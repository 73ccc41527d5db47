// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon

/// What the owner must know, and no more: how near to a case, on which day, for how long, by which format. There is no
/// place here for an identifier, a key, an address or a time of day.
package struct AlertNotice: Hashable, Sendable {
    /// How near to a confirmed case (F0).
    package enum Level: String, CaseIterable, Sendable {
        /// Was near a confirmed case.
        case f1 = "F1"
        /// Was near a contact of a confirmed case.
        case f2 = "F2"
    }

    package var level: Level
    /// The UTC day of the exposure.
    package var day: UTCDay
    /// Weighted minutes of exposure in that day.
    package var minutes: UInt32
    /// The format in which the case was heard.
    package var format: BeaconFormat

    package init(level: Level, day: UTCDay, minutes: UInt32, format: BeaconFormat) {
        self.level = level
        self.day = day
        self.minutes = minutes
        self.format = format
    }
}
