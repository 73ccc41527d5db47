// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon

/// What a reading of one segment found.
package struct SegmentReport: Hashable, Sendable {
    /// Why no record of a segment can be read.
    package enum Obstacle: Hashable, Sendable {
        /// The file of keys has no key for it, or it cannot be read there.
        case noKey
        /// The file of keys has a key for it that is not the one it was written with.
        case otherKey
    }

    /// The segment's file name.
    package let file: String
    package let day: UTCDay
    /// Good records.
    package internal(set) var records = 0
    /// Bad records that have a good one behind them, and those in places that the medium cannot give back: skipped, never
    /// an end.
    package internal(set) var damagedRecords = 0
    /// Where in the file the first of the damaged records begins.
    package internal(set) var firstDamage: Int?
    /// The header page is not what was written.
    package internal(set) var isHeaderDamaged = false
    /// Why nothing can be read; the segment is left as it is.
    package internal(set) var obstacle: Obstacle?
    /// Bytes behind the last good record: an append that a crash cut off. The next append writes over them.
    package internal(set) var tornBytes = 0
    /// Where the next record goes: behind the last good one.
    package internal(set) var end = JournalFormat.headerSize

    init(day: UTCDay) {
        self.day = day
        self.file = JournalFormat.fileName(of: day)
    }

    /// Whether something that was once written cannot be read. A torn tail is not damage.
    package var isDamaged: Bool { damagedRecords > 0 || isHeaderDamaged || obstacle != nil }
}
