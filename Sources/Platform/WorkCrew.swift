// SPDX-License-Identifier: GPL-3.0-or-later

internal import CLinux
internal import Glibc

/// Threads that compute in the background: one for each processor, in the kernel's idle classes for processor and disk, so that
/// they only ever take what nobody else wants. They end with the value; what has not begun by then is dropped.
@safe package final class WorkCrew: Sendable {
    private let desk: WorkDesk

    /// Starts the threads; `name` (15 bytes at most) is what `top -H` shows.
    package init(name: String, threads: Int = WorkCrew.processors) throws(SystemError) {
        let desk = WorkDesk(limit: 2 * max(1, threads))
        self.desk = desk
        do throws(SystemError) {
            for _ in 0..<max(1, threads) { try startThread(named: name, inBackground: true) { desk.work() } }
        } catch {
            desk.end()
            throw error
        }
    }

    deinit { desk.end() }

    /// Processors that are there.
    package static var processors: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    /// Hands over a piece of work; sleeps while two for each thread are still waiting.
    package func run(_ work: @escaping @Sendable () -> Void) {
        desk.add(work)
    }

    /// Sleeps until everything handed over is done.
    package func wait() {
        desk.wait()
    }

    /// Drops what has not begun and sleeps until the rest is done.
    package func stop() {
        desk.drop()
        desk.wait()
    }
}

/// Where a crew's work lies, guarded by a plain pthread mutex, which thread sanitizers understand.
@safe private final class WorkDesk: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let limit: Int
    private var waiting: [@Sendable () -> Void] = []
    /// Pieces that are being worked on.
    private var busy = 0
    private var isEnded = false

    init(limit: Int) {
        self.limit = limit
        unsafe pthread_mutex_init(mutex, nil)
        unsafe pthread_cond_init(changed, nil)
    }

    deinit {
        unsafe pthread_cond_destroy(changed)
        unsafe pthread_mutex_destroy(mutex)
        unsafe changed.deallocate()
        unsafe mutex.deallocate()
    }

    func add(_ work: @escaping @Sendable () -> Void) {
        locked {
            while waiting.count >= limit { unsafe pthread_cond_wait(changed, mutex) }
            waiting.append(work)
        }
    }

    func wait() {
        locked {
            while !waiting.isEmpty || busy > 0 { unsafe pthread_cond_wait(changed, mutex) }
        }
    }

    func drop() {
        locked { waiting = [] }
    }

    /// Ends the threads; what has not begun is dropped.
    func end() {
        locked {
            isEnded = true
            waiting = []
        }
    }

    /// What each thread does until the end.
    func work() {
        while let piece = next() {
            piece()
            locked { busy -= 1 }
        }
    }

    private func next() -> (@Sendable () -> Void)? {
        locked {
            while waiting.isEmpty && !isEnded { unsafe pthread_cond_wait(changed, mutex) }
            if waiting.isEmpty { return nil }
            busy += 1
            return waiting.removeFirst()
        }
    }

    /// Runs `body` while nobody else does, and wakes all who wait.
    private func locked<Answer>(_ body: () -> Answer) -> Answer {
        unsafe pthread_mutex_lock(mutex)
        defer {
            unsafe pthread_cond_broadcast(changed)
            unsafe pthread_mutex_unlock(mutex)
        }
        return body()
    }
}
