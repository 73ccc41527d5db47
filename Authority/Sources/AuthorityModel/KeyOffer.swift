// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon

/// A daily key as a device sends it, before anything about it is checked.
package struct KeyOffer: Hashable, Sendable {
    package enum Validity: Hashable, Sendable {
        /// Exposure Notification: the first interval (10 minutes since 1970), how many, and the transmission risk; nil where the
        /// device sent none.
        case intervals(start: Int64, period: Int64, risk: Int64?)
        /// Bluezone: the UTC day since 1970, and the first and last slot of 15 minutes in which the key was in use.
        case slots(day: Int64, first: Int64, last: Int64)
    }

    /// The key's bytes in Base64, as they came.
    package var key: String
    package var validity: Validity

    package init(key: String, validity: Validity) {
        self.key = key
        self.validity = validity
    }

    var format: BeaconFormat {
        switch validity {
        case .intervals: .exposureNotification
        case .slots: .bluezone
        }
    }

    /// The interval in which the key begins and that after its end; nil for numbers that no key has. Slots of 15 minutes that do
    /// not fill intervals of 10 are counted whole: an identifier more that nobody sent does no harm.
    var span: Range<Int64>? {
        switch validity {
        case .intervals(let start, let period, _):
            guard (0...Int64(UInt32.max)).contains(start), (1...144).contains(period) else { return nil }
            return start..<start + period
        case .slots(let day, let first, let last):
            guard (0...3_000_000).contains(day), 0 <= first, first <= last, last < 96 else { return nil }
            return (day * 144 + first * 3 / 2)..<(day * 144 + ((last + 1) * 3 + 1) / 2)
        }
    }
}
