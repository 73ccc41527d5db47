// SPDX-License-Identifier: GPL-3.0-or-later

package import AuthorityModel
package import AuthorityStore
package import Beacon

/// How much of a province takes part.
package struct Coverage: Hashable, Sendable {
    /// From this share of the population on the system works, in hundredths of a percent.
    package static let goal: Int64 = 3000

    package var province: Province
    /// The last count that was reported, and of which day.
    package var reported: Int64?
    package var reportedDay: UTCDay?
    /// Devices that counted themselves in the last whole week.
    package var counted: Int64?

    /// All provinces by their codes, with what is known of each.
    package static func all(
        _ provinces: [Province], reported: [ReportedCount], counted: [AdoptionCount]
    ) -> [Coverage] {
        var byCode: [String: Coverage] = [:]
        for province in provinces { byCode[province.code] = Coverage(province: province) }
        func change(_ code: String, _ body: (inout Coverage) -> Void) {
            body(
                &byCode[
                    code, default: Coverage(province: Province(code: code, name: code, population: nil, source: ""))])
        }
        for count in reported {
            change(count.province) { coverage in
                coverage.reported = count.devices
                coverage.reportedDay = UTCDay(number: count.day)
            }
        }
        for count in counted { change(count.province) { $0.counted = count.devices } }
        return byCode.values.sorted { $0.province.code < $1.province.code }
    }

    private init(province: Province) { self.province = province }

    /// What is taken for the number of devices: what was reported, else what counted itself.
    package var devices: Int64? { reported ?? counted }

    /// Where `devices` is from; nil where nothing is known.
    var source: Phrase? { reported != nil ? .reported : counted != nil ? .counted : nil }

    /// The devices' share of the population in hundredths of a percent, rounded; nil where one of the two is not known.
    package var share: Int64? {
        guard let devices, let population = province.population, population > 0 else { return nil }
        let product = max(0, devices).multipliedReportingOverflow(by: 10_000)
        return product.overflow ? nil : (product.partialValue &+ population / 2) / population
    }

    /// How many devices are missing to the goal; 0 when it is reached.
    package var missing: Int64? {
        guard let devices, let population = province.population, share != nil else { return nil }
        let needed = (population * 3 + 9) / 10
        return max(0, needed &- devices)
    }
}
