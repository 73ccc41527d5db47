// SPDX-License-Identifier: GPL-3.0-or-later
// Calls that others make of objects here.

internal import CBlueZ

/// An object that somebody serves.
struct ServedObject {
    var number: UInt64
    var continuation: AsyncStream<ServedCall>.Continuation
}

/// A call to be answered under its number.
struct ServedCall: Sendable {
    var number: UInt64
    var request: BusRequest
}

extension BusEngine {
    /// More callers at once than this are refused: each holds a task.
    static let mostUnanswered = 64

    /// Begins to serve `path`; whoever served it before ends.
    func serve(_ path: String, _ number: UInt64) -> AsyncStream<ServedCall> {
        let (stream, continuation) = AsyncStream.makeStream(of: ServedCall.self)
        objects.updateValue(ServedObject(number: number, continuation: continuation), forKey: path)?
            .continuation.finish()
        if state == .closed { continuation.finish() }
        return stream
    }

    /// Ends what `serve` began.
    func withdraw(_ path: String, _ number: UInt64) {
        guard let object = objects[path], object.number == number else { return }
        objects[path] = nil
        object.continuation.finish()
    }

    /// A method call came in.
    func receive(_ message: Message) {
        if bluez.owns(message.path) { return answerBluetoothd(message) }
        guard let object = objects[message.path] else { return answerFolder(message) }
        guard unanswered.count < BusEngine.mostUnanswered else {
            return fail(message, "org.freedesktop.DBus.Error.LimitsExceeded", "too many calls at once")
        }
        guard let arguments = try? message.arguments() else {
            return fail(message, BusErrorName.invalidArguments, "these arguments cannot be read")
        }
        let number = nextNumber()
        unanswered[number] = message
        let request = BusRequest(
            sender: message.sender, path: message.path, interface: message.interface, member: message.member,
            arguments: arguments)
        object.continuation.yield(ServedCall(number: number, request: request))
    }

    /// Answers a call under its number; nothing when its caller is gone with the connection.
    func answer(_ number: UInt64, _ answer: Result<[BusValue], BusFailure>) {
        guard let call = unanswered.removeValue(forKey: number), call.wantsAnswer else { return }
        switch answer {
        case .success(let values):
            do throws(BusError) {
                send(try Message(returning: values, to: call))
            } catch { fail(call, BusErrorName.failed, error.description) }
        case .failure(let failure): fail(call, failure.name, failure.message)
        }
    }

    func fail(_ call: Message, _ name: String, _ text: String) {
        guard call.wantsAnswer, let answer = Message(failing: BusFailure(name, text), to: call) else { return }
        send(answer)
    }

    /// Objects above served ones exist for Introspect only, so that a bus browser finds its way down.
    private func answerFolder(_ call: Message) {
        let prefix = call.path == "/" ? "/" : call.path + "/"
        let names = Set(
            objects.keys.filter { $0.hasPrefix(prefix) }
                .map { String($0.dropFirst(prefix.count).prefix { $0 != "/" }) })
        guard !names.isEmpty else {
            return fail(call, BusErrorName.unknownObject, "there is no object at \(call.path)")
        }
        guard call.member == "Introspect" else {
            return fail(call, BusErrorName.unknownMethod, "\(call.path) has no method \(call.member)")
        }
        let text = Introspection.text([], children: names.sorted())
        if let answer = try? Message(returning: [.string(text)], to: call) { send(answer) }
    }
}
