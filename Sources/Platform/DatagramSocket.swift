// SPDX-License-Identifier: GPL-3.0-or-later

internal import Glibc

/// A local datagram socket bound to a path, which it takes over from a process that died; the path goes with the value.
package struct DatagramSocket: ~Copyable, Sendable {
    /// The longest path that a socket can have.
    package static let longestPath = 107

    private let descriptor: Int32
    package let path: String

    /// Binds to `path`. Throws what the kernel answers, and ENAMETOOLONG for a path longer than `longestPath`.
    package init(path: String) throws(SystemError) {
        guard path.utf8.count <= Self.longestPath else {
            throw SystemError(call: "bind", subject: path, code: ENAMETOOLONG)
        }
        let kind = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = try checked("socket", path) { socket(AF_UNIX, kind, 0) }
        _ = unsafe unlink(path)
        var address = localAddress(path)
        do {
            _ = try checked("bind", path) {
                unsafe withUnsafePointer(to: &address) { pointer in
                    unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                    }
                }
            }
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
        self.path = path
    }

    deinit {
        close(descriptor)
        _ = unsafe unlink(path)
    }

    /// Sends to the socket at `path`; a datagram that nobody takes (no such socket, its queue full) is lost, as on the
    /// air.
    package func send(_ bytes: [UInt8], to path: String) {
        guard path.utf8.count <= Self.longestPath else { return }
        var address = localAddress(path)
        _ = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe sendto(
                    descriptor, bytes, bytes.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL), $0,
                    socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    /// Waits up to `limit`, rounded up to milliseconds, for a datagram and takes it; nil when none came. Longer ones are cut at `longest` bytes.
    package func receive(within limit: Duration, longest: Int) -> [UInt8]? {
        let milliseconds = Int32(clamping: Int64(max(.zero, limit + .microseconds(999)) / .milliseconds(1)))
        var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&wait, 1, milliseconds) > 0 else { return nil }
        var bytes = [UInt8](repeating: 0, count: longest)
        let count = unsafe recv(descriptor, &bytes, longest, Int32(MSG_DONTWAIT))
        return count < 0 ? nil : Array(bytes.prefix(count))
    }
}

private func localAddress(_ path: String) -> sockaddr_un {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
    return address
}
