// SPDX-License-Identifier: GPL-3.0-or-later

import Foundation
import Testing

/// What fuzzing once found worth keeping goes through the same checks in every run of the tests.
@Suite(.serialized)
struct ReplayTests {
    @Test(arguments: FuzzTarget.allCases)
    func `every input of the corpus passes its checks`(target: FuzzTarget) throws {
        let files = try corpus(target)
        try #require(!files.isEmpty, "the corpus of \(target.rawValue) is missing")
        for file in files {
            let bytes = try Data(contentsOf: file)
            check(target, Array(bytes), file.lastPathComponent)
        }
    }

    @Test(arguments: FuzzTarget.allCases)
    func `what our own code makes passes the checks, and so does every beginning of it`(target: FuzzTarget) throws {
        for seed in try target.input.seeds() {
            let step = max(1, seed.bytes.count / 40)
            for length in stride(from: 0, to: seed.bytes.count, by: step) {
                check(target, Array(seed.bytes.prefix(length)), "\(length) bytes of \(seed.name)")
            }
            check(target, seed.bytes, seed.name)
        }
    }

    @Test(arguments: FuzzTarget.allCases)
    func `64 KiB of any input are handled within a second of processor time`(target: FuzzTarget) throws {
        for file in try corpus(target) {
            let bytes = Array(try Data(contentsOf: file))
            guard !bytes.isEmpty else { continue }
            var long = bytes
            while long.count < 65_536 { long += bytes }
            let start = processorTime()
            check(target, Array(long.prefix(65_536)), file.lastPathComponent + " repeated")
            let seconds = processorTime() - start
            #expect(seconds < 1, "\(target.rawValue)/\(file.lastPathComponent) repeated took \(seconds) s")
        }
    }

    /// Notes what does not hold. An input that traps ends the run; its name is in the log then.
    private func check(_ target: FuzzTarget, _ bytes: [UInt8], _ name: String) {
        do {
            try target.input.check(bytes)
        } catch { Issue.record("\(target.rawValue), \(name): \(error)") }
    }

    private func corpus(_ target: FuzzTarget) throws -> [URL] {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let folder = tests.appendingPathComponent("Fuzz/corpora/" + target.rawValue)
        return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
    }
}

/// Seconds of processor time that this thread has used.
private func processorTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
