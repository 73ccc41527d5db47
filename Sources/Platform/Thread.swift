// SPDX-License-Identifier: GPL-3.0-or-later

internal import CLinux
internal import Glibc

/// Starts a detached thread with a small stack that runs `body` once; `inBackground` in the kernel's idle classes for
/// processor and disk.
package func startThread(
    named name: String, inBackground: Bool = false, _ body: @escaping @Sendable () -> Void
) throws(SystemError) {
    final class Box {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) {
            self.body = body
        }
    }
    let work: @Sendable () -> Void = {
        unsafe linux_name_thread(name)
        if inBackground { linux_enter_background() }
        body()
    }
    let argument = unsafe Unmanaged.passRetained(Box(work))
    var attributes = pthread_attr_t()
    unsafe pthread_attr_init(&attributes)
    unsafe pthread_attr_setstacksize(&attributes, 256 << 10)
    unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    defer { unsafe pthread_attr_destroy(&attributes) }
    var thread = pthread_t()
    let code = unsafe pthread_create(
        &thread, &attributes,
        { argument in
            guard let argument = unsafe argument else { return nil }
            unsafe Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body()
            return nil
        }, argument.toOpaque())
    if code != 0 {
        unsafe argument.release()
        throw SystemError(call: "pthread_create", subject: name, code: code)
    }
}

/// Runs jobs one after the other on a thread of its own: the executor of actors that wait for a disk or compute for
/// long, so that the threads of Swift's pool never do. Lives as long as the process.
@safe package final class ThreadExecutor: SerialExecutor {
    private let queue = JobQueue()

    /// Starts the thread; `name` (15 bytes at most) is what `top -H` shows. `inBackground` gives it only what nobody else wants
    /// of processor and disk.
    package init(name: String, inBackground: Bool = false) throws(SystemError) {
        let queue = self.queue
        try startThread(named: name, inBackground: inBackground) { [self] in
            while true {
                for job in queue.waitForJobs() {
                    unsafe job.runSynchronously(on: asUnownedSerialExecutor())
                }
            }
        }
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        queue.add(UnownedJob(job))
    }

    package func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        unsafe UnownedSerialExecutor(ordinary: self)
    }
}
