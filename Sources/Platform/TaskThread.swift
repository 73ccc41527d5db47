// SPDX-License-Identifier: GPL-3.0-or-later

/// One thread for all tasks that prefer it, instead of Swift's pool: the pool's threads wake once more to end themselves
/// five seconds after their last job, and others are started for the next. Lives as long as the process.
@safe package final class TaskThread: TaskExecutor {
    private let queue = JobQueue()

    /// Starts the thread; `name` (15 bytes at most) is what `top -H` shows.
    package init(name: String) throws(SystemError) {
        let queue = self.queue
        try startThread(named: name) { [self] in
            while true {
                for job in queue.waitForJobs() {
                    unsafe job.runSynchronously(on: asUnownedTaskExecutor())
                }
            }
        }
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        queue.add(UnownedJob(job))
    }

    package func asUnownedTaskExecutor() -> UnownedTaskExecutor {
        unsafe UnownedTaskExecutor(ordinary: self)
    }
}
