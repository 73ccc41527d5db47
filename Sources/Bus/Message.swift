// SPDX-License-Identifier: GPL-3.0-or-later
// The door to the shim's messages: values in, values out.

internal import CBlueZ

/// A D-Bus message; freed when the object ends. Belongs to the bus thread.
@safe final class Message {
    let raw: OpaquePointer

    /// Takes over `raw`; nil for nil.
    init?(_ raw: OpaquePointer?) {
        guard let raw = unsafe raw else { return nil }
        unsafe self.raw = raw
    }

    deinit { unsafe bz_message_free(raw) }

    /// A method call with its arguments. Throws `.invalid`.
    convenience init(
        destination: String, path: String, interface: String, member: String, arguments: [BusValue]
    ) throws(BusError) {
        guard let raw = unsafe bz_message_new_call(destination, path, interface, member) else {
            throw .invalid("the call \(interface).\(member) of \(destination) at \(path)")
        }
        unsafe self.init(owning: raw)
        try append(arguments)
    }

    /// A signal with its arguments, to everybody or to one connection. Throws `.invalid`.
    convenience init(
        path: String, interface: String, member: String, to destination: String?, arguments: [BusValue]
    ) throws(BusError) {
        let raw =
            if let destination {
                unsafe bz_message_new_signal(path, interface, member, destination)
            } else {
                unsafe bz_message_new_signal(path, interface, member, nil)
            }
        guard let raw = unsafe raw else { throw .invalid("the signal \(interface).\(member) at \(path)") }
        unsafe self.init(owning: raw)
        try append(arguments)
    }

    /// The answer to `call`. Throws `.invalid`.
    convenience init(returning values: [BusValue], to call: Message) throws(BusError) {
        guard let raw = unsafe bz_message_new_return(call.raw) else { throw .invalid("an answer") }
        unsafe self.init(owning: raw)
        try append(values)
    }

    /// An error answer to `call`; a name or text that is not legal becomes a plain one.
    convenience init?(failing failure: BusFailure, to call: Message) {
        let text = String(failure.message.prefix { $0 != "\0" })
        if let raw = unsafe bz_message_new_error(call.raw, failure.name, text) {
            unsafe self.init(owning: raw)
        } else {
            unsafe self.init(bz_message_new_error(call.raw, BusErrorName.failed, text))
        }
    }

    private init(owning raw: OpaquePointer) { unsafe self.raw = raw }

    var kind: Int32 { unsafe bz_message_get_kind(raw) }
    var wantsAnswer: Bool { unsafe bz_message_wants_answer(raw) }
    var sender: String { unsafe text(bz_message_sender(raw)) }
    var path: String { unsafe text(bz_message_path(raw)) }
    var interface: String { unsafe text(bz_message_interface(raw)) }
    var member: String { unsafe text(bz_message_member(raw)) }
    var errorName: String { unsafe text(bz_message_error_name(raw)) }
    var signature: String { unsafe String(cString: bz_message_signature(raw)) }

    /// The first argument when it is a string.
    var firstString: String? {
        guard let pointer = unsafe bz_message_first_string(raw) else { return nil }
        return unsafe String(cString: pointer)
    }

    /// All arguments. Throws `.unexpectedReply` for values nested too deep.
    func arguments() throws(BusError) -> [BusValue] {
        var reader = bz_reader()
        guard unsafe bz_reader_begin(raw, &reader) else { return [] }
        return try unsafe readValues(&reader, depth: 0)
    }

    /// What the answer to a call says.
    func answer() -> Result<[BusValue], BusError> {
        if kind == Int32(BZ_ERROR.rawValue) {
            return .failure(.remote(name: errorName, message: firstString ?? ""))
        }
        do { return .success(try arguments()) } catch { return .failure(error) }
    }

    private func append(_ values: [BusValue]) throws(BusError) {
        var writer = bz_writer()
        unsafe bz_writer_begin(raw, &writer)
        for value in values { try unsafe write(value, to: &writer, depth: 0) }
    }
}

private func text(_ pointer: UnsafePointer<CChar>?) -> String {
    if let pointer = unsafe pointer { unsafe String(cString: pointer) } else { "" }
}
