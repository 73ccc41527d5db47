// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon

/// How many devices counted themselves: a number for each week and province, and nothing else.
package protocol AdoptionStore: Sendable {
    /// Counts one more in `week` and `province`, an ISO 3166-2 code such as `VN-04`, or the country's.
    func add(week: ISOWeek, province: String) async throws(StoreError)

    /// What was counted in `weeks`, oldest week first, provinces in the order of their codes. A province in which nobody counted
    /// himself is not there.
    func counts(weeks: ClosedRange<ISOWeek>) async throws(StoreError) -> [AdoptionCount]
}

/// How many devices counted themselves in one week and province.
package struct AdoptionCount: Hashable, Sendable {
    package var week: ISOWeek
    package var province: String
    package var devices: Int64

    package init(week: ISOWeek, province: String, devices: Int64) {
        self.week = week
        self.province = province
        self.devices = devices
    }
}
