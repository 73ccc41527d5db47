// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon

extension UTCDay {
    /// The day so many days later; earlier when negative.
    package func later(by days: Int) -> UTCDay {
        UTCDay(number: Int32(clamping: Int64(number) + Int64(Int32(clamping: days))))
    }
}
