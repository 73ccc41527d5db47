// SPDX-License-Identifier: GPL-3.0-or-later
// D-Bus messages out of arbitrary bytes. Nearly every change to a whole message breaks its header, which libdbus then
// refuses; so an input is a row of bodies, each put behind a good header by its first byte.
//
//     input   = *piece
//     piece   = SELECTOR LENGTH(2, little-endian) content          ; at most 32 of them
//     content = SIGNATURELENGTH signature body                     ; with the header of template SELECTOR
//             | message                                            ; SELECTOR 255: as it would come over the socket

import CDBus

@testable import Bus

/// What a header says, apart from the signature and the lengths.
struct WireTemplate {
    /// The specification's number of the kind: 1 call, 2 return, 4 signal.
    var kind: UInt8
    var path = "/"
    var interface = ""
    var member = ""

    /// Who sends all of these.
    static let sender = ":1.7"

    /// A little-endian message (D-Bus specification, "Message Format") with an arbitrary signature and body.
    func message(signature: some Collection<UInt8>, body: some Collection<UInt8>) -> [UInt8] {
        var fields: [UInt8] = []
        func add(_ code: UInt8, _ type: Character, _ value: [UInt8]) {
            while fields.count % 8 != 0 { fields.append(0) }
            fields += [code, 1, UInt8(ascii: type.unicodeScalars.first ?? "s"), 0] + value
        }
        func text(_ text: String) -> [UInt8] { little(text.utf8.count, 4) + Array(text.utf8) + [0] }
        if kind == 2 {
            add(5, "u", little(1, 4))
        } else {
            add(1, "o", text(path))
            add(2, "s", text(interface))
            add(3, "s", text(member))
        }
        add(7, "s", text(WireTemplate.sender))
        add(8, "g", [UInt8(signature.count)] + signature + [0])
        var bytes: [UInt8] = [UInt8(ascii: "l"), kind, 0, 1] + little(body.count, 4) + little(1, 4)
        bytes += little(fields.count, 4) + fields
        while bytes.count % 8 != 0 { bytes.append(0) }
        return bytes + body
    }
}

/// The messages that an input spells; those that libdbus refuses are left out.
func wireMessages(_ input: [UInt8], _ templates: [WireTemplate]) -> [Message] {
    var messages: [Message] = []
    var rest = input[...]
    for _ in 0..<32 {
        guard rest.count >= 3 else { break }
        let selector = Int(rest[rest.startIndex])
        let length = Int(rest[rest.startIndex + 1]) | Int(rest[rest.startIndex + 2]) << 8
        let content = rest.dropFirst(3).prefix(length)
        rest = rest.dropFirst(3 + length)
        var bytes = Array(content)
        if selector != 255, let signatureLength = content.first {
            let signature = content.dropFirst().prefix(Int(signatureLength))
            bytes = templates[selector % templates.count]
                .message(signature: signature, body: content.dropFirst(1 + signature.count))
        }
        if let message = demarshalled(bytes) { messages.append(message) }
    }
    return messages
}

/// A piece for template `selector` with the arguments `values`.
func wirePiece(_ selector: UInt8, _ values: [BusValue]) throws -> [UInt8] {
    let call = try Message(
        destination: "org.example", path: "/", interface: "org.example", member: "M", arguments: values)
    let bytes = marshalled(call)
    guard bytes.count >= 8 else { throw Violation(description: "a message is marshalled") }
    let bodyLength = bytes[4..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    let signature = Array(call.signature.utf8)
    let content = [UInt8(signature.count)] + signature + bytes.suffix(bodyLength)
    return [selector] + little(content.count, 2) + content
}

/// A piece that is the whole message as it is.
func wirePiece(_ message: [UInt8]) -> [UInt8] { [255] + little(message.count, 2) + message }

/// The message that libdbus reads out of bytes from the socket; nil when it refuses them.
func demarshalled(_ bytes: [UInt8]) -> Message? {
    bytes.withUnsafeBytes { buffer in
        Message(
            dbus_message_demarshal(buffer.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(buffer.count), nil))
    }
}

/// The bytes of a message on the socket; empty without memory.
func marshalled(_ message: Message) -> [UInt8] {
    var start: UnsafeMutablePointer<CChar>?
    var count: Int32 = 0
    if dbus_message_get_serial(message.raw) == 0 { dbus_message_set_serial(message.raw, 1) }
    guard dbus_message_marshal(message.raw, &start, &count) != 0, let start else { return [] }
    defer { dbus_free(start) }
    return Array(UnsafeRawBufferPointer(start: start, count: Int(count)))
}

private func little(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}
