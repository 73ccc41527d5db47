// SPDX-License-Identifier: GPL-3.0-or-later

internal import Glibc

/// Short texts between two programs, one each way: a text ends with a line that says `end`.
package enum Conversation {
    private static let end = Array("\nend\n".utf8)

    /// Reads until a text's end, at most `limit` bytes; what came when the other side closes before it.
    package static func read(_ descriptor: Int32, limit: Int) throws(SystemError) -> String {
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while text.count < limit, !text.suffix(end.count).elementsEqual(end) {
            let got = try checked("read", "the other program") { unsafe Glibc.read(descriptor, &buffer, buffer.count) }
            if got == 0 { break }
            text += buffer[..<got]
        }
        return String(decoding: text.prefix(limit), as: UTF8.self)
    }

    /// Writes a whole text. The caller sees to SIGPIPE.
    package static func write(_ text: String, to descriptor: Int32) throws(SystemError) {
        let bytes = Array(text.utf8)
        var written = 0
        while written < bytes.count {
            written += try checked("write", "the other program") {
                unsafe bytes.withUnsafeBytes { buffer in
                    unsafe Glibc.write(
                        descriptor, buffer.baseAddress.map { unsafe $0 + written }, bytes.count - written)
                }
            }
        }
    }

    /// Sends `text` to whoever listens at the socket `path`, and answers what comes back. Waits at most `patience` seconds for
    /// each piece of it.
    package static func ask(_ text: String, at path: String, patience: Int, limit: Int) throws(SystemError) -> String {
        let descriptor = try checked("socket", path) { socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | closingOnExec, 0) }
        defer { close(descriptor) }
        try connect(descriptor, to: path)
        try wait(descriptor, path, patience)
        return try exchange(text, over: descriptor, limit: limit)
    }

    /// Starts a program with one socket for its standard input and output, sends it `text`, and answers what it says.
    package static func ask(
        _ text: String, ofProgram path: String, _ arguments: [String], patience: Int, limit: Int
    ) throws(SystemError) -> String {
        var pair: [Int32] = [-1, -1]
        _ = try checked("socketpair", path) {
            unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | closingOnExec, 0, &pair)
        }
        defer { close(pair[0]) }
        let started = Result { () throws(SystemError) in try start(path, arguments, standardStreams: pair[1]) }
        close(pair[1])
        let child = try started.get()
        try wait(pair[0], path, patience)
        let answer = Result { () throws(SystemError) in try exchange(text, over: pair[0], limit: limit) }
        var status: Int32 = 0
        _ = try checked("waitpid", path) { unsafe waitpid(child, &status, 0) }
        return try answer.get()
    }

    private static func exchange(_ text: String, over descriptor: Int32, limit: Int) throws(SystemError) -> String {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            sent += try checked("send", "the other program") {
                unsafe bytes.withUnsafeBytes { buffer in
                    unsafe send(
                        descriptor, buffer.baseAddress.map { unsafe $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL)
                    )
                }
            }
        }
        return try read(descriptor, limit: limit)
    }

    private static func connect(_ descriptor: Int32, to path: String) throws(SystemError) {
        var address = sockaddr_un()
        let name = Array(path.utf8CString)
        guard name.count <= MemoryLayout.size(ofValue: address.sun_path) else {
            throw SystemError(call: "connect", subject: path, code: ENAMETOOLONG)
        }
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { target in
            unsafe name.withUnsafeBytes { unsafe target.copyMemory(from: $0) }
        }
        _ = try checked("connect", path) {
            unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
        }
    }

    private static func wait(_ descriptor: Int32, _ subject: String, _ patience: Int) throws(SystemError) {
        var limit = timeval(tv_sec: patience, tv_usec: 0)
        _ = try checked("setsockopt", subject) {
            unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
    }

    private static func start(
        _ path: String, _ arguments: [String], standardStreams: Int32
    ) throws(SystemError) -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        for stream in [STDIN_FILENO, STDOUT_FILENO] {
            unsafe posix_spawn_file_actions_adddup2(&actions, standardStreams, stream)
        }
        var words: [UnsafeMutablePointer<CChar>?] = unsafe ([path] + arguments).map { unsafe strdup($0) } + [nil]
        defer { for index in unsafe words.indices { unsafe free(words[index]) } }
        var child = pid_t()
        let code = unsafe posix_spawn(&child, path, &actions, nil, &words, environ)
        guard code == 0 else { throw SystemError(call: "posix_spawn", subject: path, code: code) }
        return child
    }

    /// A program that we start gets the ends that are meant for it, and no others.
    private static let closingOnExec = Int32(SOCK_CLOEXEC.rawValue)
}
