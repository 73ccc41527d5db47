// SPDX-License-Identifier: GPL-3.0-or-later

internal import ScanModel
internal import Station

private let profiles: [(String, ScanPattern)] = [
    ("battery", .battery), ("balanced", .balanced), ("continuous", .continuous),
]

/// Prints the tables of docs/scanning.md: who is missed in five minutes, by kind of neighbour, profile and air. The
/// folder is not used.
func measureScanning(_ folder: String) throws {
    let trials = 100_000
    for (name, pattern) in profiles {
        var random = SeededGenerator(seed: 1)
        print("\(name) listens", percent(ScheduleWalk.share(of: pattern, using: &random)), "of the time")
    }
    for air in [Air.edge, .body, .near] { printMissed(air.name, air, .discovery, trials) }
    let single = ("4 s in 60", ScanPattern.plain(window: .seconds(4), pause: .seconds(56)))
    printMinutes(profiles + [single], 1000)
}

/// Prints the table of docs/scanning.md about passive scans, at the edge, and the same without a rest. The folder is not
/// used.
func measurePassiveScanning(_ folder: String) throws {
    printMissed("edge, 30 ms of every 60", .edge, .passive, 20_000)
    printMissed("edge, 60 ms of every 60", .edge, .restless, 20_000)
}

/// Prints the table of docs/scanning.md about a station whose own two formats take turns, at the edge. The folder is not used.
func measureScanningBesideTurns(_ folder: String) throws {
    printMissed("edge, beside own turns", .edge, .discovery, 100_000, turns: .oneSlot)
}

private func printMissed(_ title: String, _ air: Air, _ receiver: Receiver, _ trials: Int, turns: OwnTurns? = nil) {
    print("\n### \(title)\n")
    print("| neighbour |", profiles.map { "\($0.0): missed | scans |" }.joined(separator: " "))
    print("|---|" + String(repeating: "---|---|", count: profiles.count))
    for neighbour in Neighbour.kinds + Neighbour.beyond {
        let cells = profiles.map { profile in
            var stay = Stay(neighbour, profile.1, air)
            stay.receiver = receiver
            stay.turns = turns
            return cell(stay, trials)
        }
        print("| \(neighbour.name) |", cells.joined(separator: " "))
    }
}

/// Prints the tables of docs/scanning.md about iPhones: which are not read in five minutes, by how many there are. The folder
/// is not used.
func measureReadingIPhones(_ folder: String) throws {
    let trials = 10_000
    for air in [Air.near, .between] {
        print("\n### iPhones that are read, \(air.name)\n")
        print("| app in the | iPhones |", profiles.map { "\($0.0): missed |" }.joined(separator: " "))
        print("|---|---|" + String(repeating: "---|", count: profiles.count))
        for neighbour in Neighbour.iPhones {
            for count in [1, 3, 5, 10, 20] {
                let cells = profiles.map { profile in
                    var random = SeededGenerator(seed: 2026)
                    let reading = Reading(neighbour, profile.1, air, count: count)
                    let shares = (0..<trials / count).map { _ in
                        Double(reading.missed(using: &random)) / Double(count)
                    }
                    return describe(shares) + " |"
                }
                print("| \(neighbour.name) | \(count) |", cells.joined(separator: " "))
            }
        }
    }
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
    let mean = (Double(scans) / Double(trials) * 10).rounded() / 10
    return "\(describe(missed)) | \(mean) |"
}

/// The mean of shares with its standard error: those of one stay have much in common.
private func describe(_ shares: [Double]) -> String {
    let (count, mean) = (Double(shares.count), shares.reduce(0, +) / Double(shares.count))
    let variance = shares.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    return "\(percent(mean)) ± \(percent((variance / count).squareRoot()))"
}

/// A share of misses with its 95 % interval.
private func describe(_ missed: Proportion) -> String {
    let interval = missed.interval()
    return "\(percent(missed.value)) (\(percent(interval.lowerBound)) to \(percent(interval.upperBound)))"
}

/// A share in percent with three digits behind the point.
private func percent(_ share: Double) -> String {
    let thousandths = Int((share * 100_000).rounded())
    let digits = String(thousandths % 1000)
    return "\(thousandths / 1000).\(String(repeating: "0", count: 3 - digits.count))\(digits) %"
}
