// SPDX-License-Identifier: GPL-3.0-or-later

internal import Glibc

/// A file's exclusive lock, held until it is released or the process ends.
package final class FileLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock without waiting; nil when another process has it.
    package init?(_ path: String) throws(StoreError) {
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .failed("open \(path): error \(errno)") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            return nil
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Keeps the lock alive up to this call.
    package func release() { withExtendedLifetime(self) {} }
}
