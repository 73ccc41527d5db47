// SPDX-License-Identifier: GPL-3.0-or-later

internal import Glibc

/// A system call that failed: which, on what, and the kernel's reason.
public struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The call, as in its manual page: `open`, `fdatasync`.
    package let call: String
    /// The path or other object it was about.
    package let subject: String
    /// The kernel's error number.
    package let code: Int32

    package init(call: String, subject: String, code: Int32) {
        self.call = call
        self.subject = subject
        self.code = code
    }

    /// The error that the thread's `errno` names now.
    static func current(_ call: String, _ subject: String) -> SystemError {
        SystemError(call: call, subject: subject, code: errno)
    }

    /// The medium has no room left (ENOSPC or EDQUOT).
    package var isFull: Bool { code == ENOSPC || code == EDQUOT }
    /// The medium cannot give back what was once written there (EIO, EBADMSG, EUCLEAN).
    package var isDamage: Bool { code == EIO || code == EBADMSG || code == EUCLEAN }
    package var isNotFound: Bool { code == ENOENT }
    package var isNotPermitted: Bool { code == EACCES || code == EPERM }
    package var isExisting: Bool { code == EEXIST }
    package var isLocked: Bool { code == EWOULDBLOCK }

    /// `open /var/lib/bluezone/keys: Permission denied`.
    public var description: String {
        var buffer = [CChar](repeating: 0, count: 128)
        guard unsafe strerror_r(code, &buffer, buffer.count) == 0 else { return "\(call) \(subject): error \(code)" }
        let reason = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return "\(call) \(subject): \(String(decoding: reason, as: UTF8.self))"
    }
}

/// Runs a system call that answers -1 for failure, again as long as a signal interrupts it.
func checked<Answer: SignedInteger>(
    _ call: String, _ subject: String, _ body: () -> Answer
) throws(SystemError) -> Answer {
    while true {
        let answer = body()
        if answer != -1 { return answer }
        if errno != EINTR { throw .current(call, subject) }
    }
}
