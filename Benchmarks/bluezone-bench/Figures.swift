// SPDX-License-Identifier: GPL-3.0-or-later

internal import Glibc
internal import Platform

/// Some measurements of one thing.
struct Figures {
    let name: String
    let unit: String
    private var values: [Double] = []

    init(_ name: String, _ unit: String) {
        self.name = name
        self.unit = unit
    }

    mutating func add(_ value: Double) {
        values.append(value)
    }

    /// Prints `name median minimum maximum unit`.
    func print() {
        let sorted = values.sorted()
        guard let least = sorted.first, let most = sorted.last else { return }
        func text(_ value: Double) -> String {
            let scaled = Int((value * 1000).rounded())
            let digits = String(scaled % 1000)
            return "\(scaled / 1000).\(String(repeating: "0", count: 3 - digits.count))\(digits)"
        }
        Swift.print(name, text(sorted[sorted.count / 2]), text(least), text(most), unit)
    }
}

/// Seconds that `body` takes.
func seconds(_ body: () throws -> Void) rethrows -> Double {
    let begin = KernelClock.sinceBoot
    try body()
    return (KernelClock.sinceBoot - begin) / .seconds(1)
}

/// What the process holds in memory.
enum Resident {
    /// Forgets the most that was ever resident.
    static func reset() {
        try? File("/proc/self/clear_refs", .update).write([UInt8(ascii: "5")], at: 0)
    }

    /// The most that was resident since `reset`, in MiB.
    static var most: Double { mebibytes("VmHWM:") }

    /// What is resident now, in MiB.
    static var now: Double { mebibytes("VmRSS:") }

    private static func mebibytes(_ field: String) -> Double {
        guard let bytes = try? File("/proc/self/status", .read).read(at: 0, count: 8192) else { return 0 }
        let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix(field) }
        let words = line?.split { $0 == " " || $0 == "\t" } ?? []
        return words.count > 1 ? (Double(words[1]) ?? 0) / 1024 : 0
    }
}

/// A generator that repeats itself.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// Ends the program.
func exitProgram(_ status: Int32) -> Never { exit(status) }
