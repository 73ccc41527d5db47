// SPDX-License-Identifier: GPL-3.0-or-later

import Foundation

/// Runs `body` on the calling thread and returns when it has ended: libFuzzer's call is not async.
func awaited<Answer: Sendable>(_ body: @escaping @Sendable () async -> Answer) -> Answer {
    let loop = RunLoopExecutor<Answer>()
    Task(executorPreference: loop) { loop.finish(await body()) }
    return loop.run()
}

/// An executor whose jobs run on the thread that calls `run`.
private final class RunLoopExecutor<Answer: Sendable>: TaskExecutor, @unchecked Sendable {
    private let changed = NSCondition()
    private var jobs: [UnownedJob] = []
    private var answer: Answer?

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        changed.withLock { jobs.append(job) }
        changed.signal()
    }

    func finish(_ answer: Answer) {
        changed.withLock { self.answer = answer }
        changed.signal()
    }

    func run() -> Answer {
        changed.lock()
        defer { changed.unlock() }
        while true {
            if !jobs.isEmpty {
                let job = jobs.removeFirst()
                changed.unlock()
                job.runSynchronously(on: asUnownedTaskExecutor())
                changed.lock()
            } else if let answer {
                return answer
            } else {
                changed.wait()
            }
        }
    }
}
