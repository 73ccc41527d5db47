// SPDX-License-Identifier: GPL-3.0-or-later

internal import Platform

/// The receiving end of one transfer, called by libcurl on the thread that performs it.
final class Reception {
    private(set) var answer = TransferAnswer()
    /// What our disk said; the transfer ended there.
    private(set) var error: SystemError?
    /// More came than there was room for; the transfer ended there.
    private(set) var isTooLong = false

    private var room: Int
    /// Whether the content of an answer that is an error counts too.
    private let takesErrors: Bool
    private let receive: (TransferAnswer, Span<UInt8>) throws(SystemError) -> Void

    init(
        room: Int, takesErrors: Bool = false,
        receive: @escaping (TransferAnswer, Span<UInt8>) throws(SystemError) -> Void
    ) {
        self.room = room
        self.takesErrors = takesErrors
        self.receive = receive
    }

    /// Takes a header line. A redirect's headers are followed by those of the next answer.
    func take(header line: String) {
        if line.hasPrefix("HTTP/") {
            let fields = line.split(separator: " ")
            answer = TransferAnswer(status: fields.count > 1 ? Int(fields[1]) ?? 0 : 0)
        } else if let tag = value(of: "etag", in: line) {
            answer.etag = tag
        } else if let date = value(of: "last-modified", in: line) {
            answer.lastModified = date
        }
    }

    /// Takes a piece of content; false ends the transfer.
    func take(content: Span<UInt8>) -> Bool {
        guard takesErrors || answer.status == 200 || answer.status == 206 else { return false }
        guard content.count <= room else {
            isTooLong = true
            return false
        }
        room -= content.count
        do { try receive(answer, content) } catch {
            self.error = error
            return false
        }
        return true
    }
}

/// A header's value when the line is that header's and the value is short, plain text: it is kept and sent back.
private func value(of name: String, in line: String) -> String? {
    guard let colon = line.firstIndex(of: ":"), line[..<colon].lowercased() == name else { return nil }
    let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }.prefix { !$0.isNewline }
    guard !value.isEmpty, value.utf8.count <= 200, value.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
        return nil
    }
    return String(value)
}

func takeHeader(
    _ bytes: UnsafeMutablePointer<CChar>?, _ one: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let bytes = unsafe bytes, let context = unsafe context else { return 0 }
    let line = unsafe UnsafeRawBufferPointer(start: bytes, count: count)
    let reception = unsafe Unmanaged<Reception>.fromOpaque(context).takeUnretainedValue()
    reception.take(header: unsafe String(decoding: line, as: UTF8.self))
    return count
}

func takeBody(
    _ bytes: UnsafeMutablePointer<CChar>?, _ one: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let bytes = unsafe bytes, let context = unsafe context else { return 0 }
    let reception = unsafe Unmanaged<Reception>.fromOpaque(context).takeUnretainedValue()
    let isTaken = unsafe bytes.withMemoryRebound(to: UInt8.self, capacity: count) { start in
        unsafe reception.take(content: UnsafeBufferPointer(start: start, count: count).span)
    }
    // Anything but `count` ends the transfer; for no bytes, nothing does and nothing is lost.
    return isTaken ? count : 0
}
