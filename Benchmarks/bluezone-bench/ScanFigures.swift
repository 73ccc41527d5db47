// SPDX-License-Identifier: GPL-3.0-or-later

internal import ScanModel
internal import Station

/// Prints the tables of docs/scanning.md: who is missed in five minutes, by kind of neighbour, profile and air. The
/// folder is not used.
func measureScanning(_ folder: String) throws {
    let trials = 100_000
    let profiles: [(String, ScanPattern)] = [
        ("battery", .battery), ("balanced", .balanced), ("continuous", .continuous),
    ]
    for (name, pattern) in profiles {
        var random = SeededGenerator(seed: 1)
        print("\(name) listens", percent(ScheduleWalk.share(of: pattern, using: &random)), "of the time")
    }
    for air in [Air.edge, .body, .near] {
        print("\n### \(air.name)\n")
        print("| neighbour |", profiles.map { "\($0.0): missed | scans |" }.joined(separator: " "))
        print("|---|" + String(repeating: "---|---|", count: profiles.count))
        for neighbour in Neighbour.kinds + Neighbour.beyond {
            let cells = profiles.map { cell(Stay(neighbour, $0.1, air), trials) }
            print("| \(neighbour.name) |", cells.joined(separator: " "))
        }
    }
    let single = ("4 s in 60", ScanPattern.plain(window: .seconds(4), pause: .seconds(56)))
    printMinutes(profiles + [single], 1000)
}

/// Prints how many minutes of an hour beside a neighbour its exposure windows count, also for single windows.
private func printMinutes(_ profiles: [(String, ScanPattern)], _ trials: Int) {
    print("\n### minutes of an hour\n")
    print("| neighbour |", profiles.map { "\($0.0) |" }.joined(separator: " "))
    print("|---|" + String(repeating: "---|", count: profiles.count))
    for neighbour in Neighbour.kinds {
        let cells = profiles.map { profile in
            var stay = Stay(neighbour, profile.1, .edge)
            stay.length = 3600
            var random = SeededGenerator(seed: 2026)
            var sum = 0
            for _ in 0..<trials { sum += stay.minutes(using: &random) }
            return "\((Double(sum) / Double(trials) * 10).rounded() / 10) |"
        }
        print("| \(neighbour.name) |", cells.joined(separator: " "))
    }
}

/// One neighbour in one profile: misses with their 95 % interval, and scans in which it was heard per stay.
private func cell(_ stay: Stay, _ trials: Int) -> String {
    var random = SeededGenerator(seed: 2026)
    var missed = Proportion()
    var scans = 0
    for _ in 0..<trials {
        let heard = stay.scansHeard(using: &random)
        missed.note(heard == 0)
        scans += heard
    }
    let interval = missed.interval()
    let mean = (Double(scans) / Double(trials) * 10).rounded() / 10
    return "\(percent(missed.value)) (\(percent(interval.lowerBound)) to \(percent(interval.upperBound))) | \(mean) |"
}

/// A share in percent with three digits behind the point.
private func percent(_ share: Double) -> String {
    let thousandths = Int((share * 100_000).rounded())
    let digits = String(thousandths % 1000)
    return "\(thousandths / 1000).\(String(repeating: "0", count: 3 - digits.count))\(digits) %"
}
