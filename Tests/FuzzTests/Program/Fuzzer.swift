// SPDX-License-Identifier: GPL-3.0-or-later
// What the program `fuzz` does. BLUEZONE_FUZZ_TARGET names the target; with BLUEZONE_FUZZ_SEEDS the seeds are written into
// the folder it names, and nothing is fuzzed. Everything else is libFuzzer's: -help=1 tells.

import Foundation

private let environment = ProcessInfo.processInfo.environment
private let target = FuzzTarget(rawValue: environment["BLUEZONE_FUZZ_TARGET"] ?? "")

/// Called once, before libFuzzer reads its arguments.
@_cdecl("fuzz_begin")
func begin() -> CInt {
    guard let target else {
        end("BLUEZONE_FUZZ_TARGET must be one of " + FuzzTarget.allCases.map(\.rawValue).joined(separator: " "))
    }
    guard let folder = environment["BLUEZONE_FUZZ_SEEDS"] else { return 0 }
    do {
        for seed in try target.input.seeds() {
            try Data(seed.bytes).write(to: URL(fileURLWithPath: "\(folder)/seed-\(seed.name)"))
        }
    } catch { end("\(target.rawValue): the seeds cannot be made: \(error)") }
    exit(0)
}

/// Called with each input; does not return when the input shows a fault.
@_cdecl("fuzz_check")
func check(_ start: UnsafePointer<UInt8>?, _ count: Int) {
    do {
        try target?.input.check(Array(UnsafeBufferPointer(start: start, count: count)))
    } catch {
        complain("VIOLATION: \(error)")
        abort()
    }
}

private func end(_ sentence: String) -> Never {
    complain(sentence)
    exit(2)
}

private func complain(_ sentence: String) { FileHandle.standardError.write(Data((sentence + "\n").utf8)) }
