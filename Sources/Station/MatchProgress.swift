// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import Cases
internal import Exposure

/// How far a comparison has come: which imports were compared for which days, and the keys that passed. Stored now and then, so
/// that a restart in the middle of a country's keys goes on where it was.
///
/// What passed is judged at the end, from the journal as it then is. Sightings that came to a day after its unit was done are not
/// in it: the next whole comparison has them.
struct MatchProgress: Equatable {
    /// One import compared with the sightings of one run of days.
    struct Unit: Hashable {
        /// SHA-256 of the import.
        let digest: [UInt8]
        let run: DayRun
    }

    /// SHA-256 of the imports whose revisions were known; with others the units are of no use.
    let revisions: [[UInt8]]
    private(set) var units: [Unit: [CaseKey]] = [:]

    init(revisions: [[UInt8]]) {
        self.revisions = revisions
    }

    /// The keys of a unit that passed; nil when it is still to be done.
    func keys(of unit: Unit) -> [CaseKey]? { units[unit] }

    mutating func note(_ unit: Unit, _ keys: [CaseKey]) {
        units[unit] = keys
    }
}

// The text: a line naming the version, one for each revising import, and for each unit one with those of its keys behind it.
//
//     bluezone-matching 1
//     revision SHA256
//     unit SHA256 FIRSTDAY LASTDAY
//     key HEX START PERIOD REPORTTYPE ONSET RISK
//     end
extension MatchProgress {
    private static let firstLine = "bluezone-matching 1"

    /// The progress as text, to be kept by `Folder.replace`.
    var text: String {
        var lines = [MatchProgress.firstLine] + revisions.map { "revision \($0.hex)" }
        for (unit, keys) in units {
            let days = unit.run.keyDays
            lines.append("unit \(unit.digest.hex) \(days.lowerBound) \(days.upperBound)")
            for key in keys {
                let onset = key.daysSinceOnset.map { "\($0)" } ?? "-"
                lines.append(
                    "key \(key.key.bytes.hex) \(key.rollingStart) \(key.rollingPeriod) \(key.reportType.rawValue) \(onset) "
                        + "\(key.transmissionRisk)")
            }
        }
        return (lines + ["end", ""]).joined(separator: "\n")
    }

    /// The progress that `text` spells; nil for anything else: the comparison then begins anew.
    init?(text: String) {
        let lines = text.split(separator: "\n")
        guard lines.first == MatchProgress.firstLine[...], lines.last == "end" else { return nil }
        var revisions: [[UInt8]] = []
        var units: [Unit: [CaseKey]] = [:]
        var unit: Unit?
        for line in lines.dropFirst().dropLast() {
            let words = line.split(separator: " ")
            if words.first == "revision", words.count == 2, let digest = [UInt8](hex: words[1]) {
                revisions.append(digest)
            } else if words.first == "unit", let next = Unit(words: words.dropFirst()) {
                unit = next
                units[next] = []
            } else if words.first == "key", let unit, let key = CaseKey(words: words.dropFirst()) {
                units[unit]?.append(key)
            } else {
                return nil
            }
        }
        self.revisions = revisions
        self.units = units
    }
}

extension MatchProgress.Unit {
    fileprivate init?(words: ArraySlice<Substring>) {
        let words = Array(words)
        guard words.count == 3, let digest = [UInt8](hex: words[0]), let first = UTCDay(words[1]),
            let last = UTCDay(words[2]), first <= last
        else { return nil }
        self.init(digest: digest, run: DayRun(keyDays: first...last))
    }
}

extension CaseKey {
    fileprivate init?(words: ArraySlice<Substring>) {
        let words = Array(words)
        guard words.count == 6, let bytes = [UInt8](hex: words[0]),
            let key = DailyKey(format: .exposureNotification, bytes: bytes)
                ?? DailyKey(format: .bluezone, bytes: bytes),
            let start = UInt32(words[1]), let period = UInt32(words[2]), let number = Int32(words[3]),
            let reportType = ReportType(rawValue: number), words[4] == "-" || Int32(words[4]) != nil,
            let risk = Int32(words[5])
        else { return nil }
        self.init(
            key: key, rollingStart: start, rollingPeriod: period, reportType: reportType,
            daysSinceOnset: Int32(words[4]),
            transmissionRisk: risk)
    }
}
