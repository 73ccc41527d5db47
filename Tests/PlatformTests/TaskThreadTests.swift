// SPDX-License-Identifier: GPL-3.0-or-later

import Foundation
import Platform
import Testing

struct TaskThreadTests {
    private actor Place {
        func thread() -> pthread_t { pthread_self() }
    }

    @Test func `tasks, their children and plain actors run on the thread that they prefer`() async throws {
        let thread = try TaskThread(name: "test")
        let place = Place()
        let seen = await withTaskExecutorPreference(thread) {
            await withTaskGroup(of: pthread_t.self) { group in
                for _ in 0..<10 {
                    group.addTask {
                        await Task.yield()
                        return pthread_self()
                    }
                    group.addTask { await place.thread() }
                }
                return await group.reduce(into: Set<pthread_t>()) { $0.insert($1) }
            }
        }
        #expect(seen.count == 1)
        #expect(!seen.contains(pthread_self()))
    }
}
