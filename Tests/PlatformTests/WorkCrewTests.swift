// SPDX-License-Identifier: GPL-3.0-or-later

import CLinux
import Glibc
import Testing

@testable import Platform

struct WorkCrewTests {
    @Test(arguments: [1, 2, 5])
    func `every piece is done once, by the time that waiting ends`(threads: Int) throws {
        let crew = try WorkCrew(name: "crew", threads: threads)
        let done = Lock<[Int]>([])
        for round in 0..<3 {
            for piece in 0..<200 { crew.run { done.withLock { $0.append(piece) } } }
            crew.wait()
            #expect(done.withLock { $0.count } == 200 * (round + 1))
        }
        #expect(done.withLock { Set($0) } == Set(0..<200))
    }

    @Test func `what has not begun is dropped when it is stopped`() throws {
        let crew = try WorkCrew(name: "crew", threads: 1)
        let (begun, gate, done) = (Lock(false), Lock(false), Lock(0))
        crew.run {
            begun.withLock { $0 = true }
            while !gate.withLock({ $0 }) { usleep(1000) }
            done.withLock { $0 += 1 }
        }
        while !begun.withLock({ $0 }) { usleep(1000) }
        for _ in 0..<2 { crew.run { done.withLock { $0 += 100 } } }
        try startThread(named: "opener") {
            usleep(50_000)
            gate.withLock { $0 = true }
        }
        crew.stop()
        #expect(done.withLock { $0 } == 1)
    }

    @Test func `its threads are in the kernel's idle classes and end with it`() throws {
        let isInBackground = Lock(false)
        do {
            let crew = try WorkCrew(name: "crew-that-ends", threads: 2)
            crew.run { isInBackground.withLock { $0 = linux_is_in_background() } }
            crew.wait()
            #expect(try eventually(2))
        }
        #expect(isInBackground.withLock { $0 })
        #expect(!linux_is_in_background())
        #expect(try eventually(0))
    }

    /// Whether there are soon so many threads of the test's name: each begins and ends when it gets to it.
    private func eventually(_ count: Int) throws -> Bool {
        for _ in 0..<500 {
            if try threads(named: "crew-that-ends") == count { return true }
            usleep(10_000)
        }
        return false
    }

    private func threads(named name: String) throws -> Int {
        try Folder.names(in: "/proc/self/task").count { thread in
            (try? File("/proc/self/task/\(thread)/comm", .read).read(at: 0, count: 16)) == Array("\(name)\n".utf8)
        }
    }
}
