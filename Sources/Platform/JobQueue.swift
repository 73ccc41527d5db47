// SPDX-License-Identifier: GPL-3.0-or-later

internal import CLinux
internal import Glibc

/// Jobs that wait for the one thread that runs them, guarded by a plain pthread mutex, which thread sanitizers understand.
@safe final class JobQueue: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var jobs: [UnownedJob] = []

    init() {
        unsafe pthread_mutex_init(mutex, nil)
        unsafe pthread_cond_init(condition, nil)
    }

    /// Adds a job and wakes the thread.
    func add(_ job: UnownedJob) {
        unsafe pthread_mutex_lock(mutex)
        jobs.append(job)
        unsafe pthread_cond_signal(condition)
        unsafe pthread_mutex_unlock(mutex)
    }

    /// Sleeps until there are jobs and takes all of them.
    func waitForJobs() -> [UnownedJob] {
        unsafe pthread_mutex_lock(mutex)
        while jobs.isEmpty { unsafe pthread_cond_wait(condition, mutex) }
        let taken = jobs
        jobs.removeAll(keepingCapacity: true)
        unsafe pthread_mutex_unlock(mutex)
        return taken
    }
}
