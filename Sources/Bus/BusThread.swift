// SPDX-License-Identifier: GPL-3.0-or-later

internal import CBlueZ
internal import Glibc
internal import Platform

/// The one thread of a bus: runs the actor's jobs, and between them what the bus's descriptors and deadlines ask for.
/// It keeps itself and the engine alive until `stop`.
@safe final class BusThread: SerialExecutor, @unchecked Sendable {
    private enum Work {
        case job(UnownedJob)
        case closure(@Sendable () -> Void)
    }

    private struct Queue {
        var work: [Work] = []
        var isStopping = false
    }

    /// What the thread owns. Touched on the thread only.
    let engine: BusEngine
    private let queue = Lock(Queue())
    private let wake = bz_wake_new()
    /// The thread itself, once it runs.
    private let thread = Lock<pthread_t?>(nil)

    init(engine: BusEngine) {
        self.engine = engine
    }

    deinit { close(wake) }

    /// Starts the thread. Once.
    func start() {
        var thread = pthread_t()
        let box = unsafe Unmanaged.passRetained(self).toOpaque()
        let failure = unsafe pthread_create(&thread, nil, threadMain, box)
        guard failure == 0 else {
            // Without a thread every call would wait for ever; a process that has no thread left is past saving.
            unsafe perror("bluezone: cannot start the bus thread")
            exit(71)
        }
        pthread_detach(thread)
    }

    /// Ends the thread when the work queued so far is done.
    func stop() {
        queue.withLock { $0.isStopping = true }
        bz_wake_signal(wake)
    }

    /// Runs `closure` on the thread, after all that was queued before.
    func post(_ closure: @escaping @Sendable () -> Void) { add(.closure(closure)) }

    func enqueue(_ job: UnownedJob) { add(.job(job)) }

    /// Whether this is the bus thread: what the engine calls between two jobs is on it as well.
    func isIsolatingCurrentContext() -> Bool? {
        guard let thread = thread.withLock({ $0 }) else { return false }
        return pthread_equal(thread, pthread_self()) != 0
    }

    func checkIsolated() { precondition(isIsolatingCurrentContext() == true, "not on the bus thread") }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor { unsafe UnownedSerialExecutor(ordinary: self) }

    private func add(_ work: Work) {
        queue.withLock { $0.work.append(work) }
        bz_wake_signal(wake)
    }

    fileprivate func run() {
        thread.withLock { $0 = pthread_self() }
        engine.begin()
        while true {
            let (work, isStopping) = queue.withLock { queue in
                defer { queue.work.removeAll(keepingCapacity: true) }
                return (queue.work, queue.isStopping)
            }
            for item in work { perform(item) }
            if !work.isEmpty { continue }
            if isStopping { break }
            wait()
            engine.turn()
        }
        engine.end()
    }

    private func perform(_ work: Work) {
        switch work {
        case .job(let job): unsafe job.runSynchronously(on: asUnownedSerialExecutor())
        case .closure(let closure): closure()
        }
    }

    /// Sleeps until there is work, a descriptor is ready or a deadline has come, and lets the engine read and write.
    private func wait() {
        let capacity = 1 + Int(BZ_MAX_FDS)
        unsafe withUnsafeTemporaryAllocation(of: pollfd.self, capacity: capacity) { fds in
            guard let first = fds.baseAddress else { return }
            unsafe first.initialize(repeating: pollfd(), count: capacity)
            unsafe first.pointee = pollfd(fd: wake, events: Int16(POLLIN), revents: 0)
            let count = unsafe engine.fill(first + 1, capacity: capacity - 1)
            let ready = unsafe poll(first, nfds_t(1 + count), engine.timeout)
            guard ready > 0 else { return }
            if unsafe first.pointee.revents != 0 { bz_wake_clear(wake) }
            unsafe engine.process(first + 1, count: count)
        }
    }
}

private func threadMain(_ box: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let box = unsafe box else { return nil }
    unsafe Unmanaged<BusThread>.fromOpaque(box).takeRetainedValue().run()
    return nil
}
