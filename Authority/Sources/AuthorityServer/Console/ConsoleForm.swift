// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityPages
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// The fields of a form as a browser sends them (application/x-www-form-urlencoded).
struct ConsoleForm: Hashable, Sendable {
    private let fields: [String: String]

    /// The fields in `bytes`; nil for what no browser sends: broken escapes, broken UTF-8, a name twice, more than 32 fields.
    init?(_ bytes: some Collection<UInt8>) {
        var fields: [String: String] = [:]
        for part in bytes.split(separator: UInt8(ascii: "&")) {
            let halves = part.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = ConsoleForm.decoded(halves[0]), halves.count == 2,
                let value = ConsoleForm.decoded(halves[1]),
                fields[name] == nil, fields.count < 32
            else { return nil }
            fields[name] = value
        }
        self.fields = fields
    }

    /// The form in a request's body.
    static func read(_ request: Request) async throws -> ConsoleForm {
        let type = request.headers[.contentType] ?? ""
        guard type.lowercased().hasPrefix("application/x-www-form-urlencoded") else {
            throw ConsoleFault(415, .unreadable)
        }
        let buffer: ByteBuffer
        do { buffer = try await request.body.collect(upTo: AuthorityContext.maximumBody) } catch is NIOTooManyBytesError
        {
            throw ConsoleFault(413, .unreadable)
        }
        guard let form = ConsoleForm(buffer.readableBytesView) else { throw ConsoleFault(400, .unreadable) }
        return form
    }

    /// The field's text; empty when there is none.
    subscript(name: String) -> String { fields[name] ?? "" }

    private static func decoded(_ bytes: some Collection<UInt8>) -> String? {
        var result: [UInt8] = []
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            index = bytes.index(after: index)
            switch byte {
            case UInt8(ascii: "+"): result.append(0x20)
            case UInt8(ascii: "%"):
                guard let end = bytes.index(index, offsetBy: 2, limitedBy: bytes.endIndex),
                    let value = UInt8(hexadecimal: bytes[index..<end])
                else { return nil }
                result.append(value)
                index = end
            default: result.append(byte)
            }
        }
        return String(validating: result, as: UTF8.self)
    }
}

extension UInt8 {
    /// The byte that two hexadecimal digits spell.
    fileprivate init?(hexadecimal digits: some Collection<UInt8>) {
        var value = 0
        for digit in digits {
            switch digit {
            case 0x30...0x39: value = value * 16 + Int(digit) - 0x30
            case 0x41...0x46: value = value * 16 + Int(digit) - 0x37
            case 0x61...0x66: value = value * 16 + Int(digit) - 0x57
            default: return nil
            }
        }
        self = UInt8(truncatingIfNeeded: value)
    }
}

/// Why a page is not shown or something is not done.
struct ConsoleFault: Error, Hashable, Sendable {
    let status: Int
    let phrase: Phrase

    init(_ status: Int, _ phrase: Phrase) {
        self.status = status
        self.phrase = phrase
    }
}
