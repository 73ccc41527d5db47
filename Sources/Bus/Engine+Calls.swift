// SPDX-License-Identifier: GPL-3.0-or-later
// What the engine sends: calls, and the bus's own services.

internal import CBlueZ

/// The message bus itself, as a service.
enum BusItself {
    static let name = "org.freedesktop.DBus"
    static let path = "/org/freedesktop/DBus"

    /// A call of the bus. Its members and arguments here are all legal, except a name that came from a caller.
    static func call(_ member: String, _ arguments: [BusValue]) throws(BusError) -> Message {
        try Message(destination: name, path: path, interface: name, member: member, arguments: arguments)
    }
}

extension BusEngine {
    /// Sends a call; `completion` comes exactly once, at once when the bus is away.
    func send(
        _ message: Message, member: String, cookie: UInt64, limit: Duration,
        _ completion: @escaping (Result<Message, BusError>) -> Void
    ) {
        guard isConnected, let connection = unsafe connection else {
            return completion(.failure(.disconnected))
        }
        let (seconds, attoseconds) = limit.components
        let milliseconds = Int32(clamping: min(max(seconds, 0), 86_400) * 1000 + attoseconds / 1_000_000_000_000_000)
        guard unsafe bz_bus_call(connection, message.raw, cookie, milliseconds) else {
            return completion(.failure(.disconnected))
        }
        calls[cookie] = PendingCall(member: member, completion: completion)
    }

    /// Sends a message that nobody answers; nothing while the bus is away.
    func send(_ message: Message) {
        if let connection = unsafe connection { _ = unsafe bz_bus_send(connection, message.raw) }
    }

    /// Gives up a call under way.
    func cancel(_ cookie: UInt64) {
        if let connection = unsafe connection { unsafe bz_bus_forget(connection, cookie) }
        calls.removeValue(forKey: cookie)?.completion(.failure(.cancelled))
    }

    /// Calls the bus itself.
    func callBus(
        _ member: String, _ arguments: [BusValue], _ completion: @escaping (Result<[BusValue], BusError>) -> Void
    ) {
        do throws(BusError) {
            let message = try BusItself.call(member, arguments)
            send(message, member: member, cookie: nextNumber(), limit: .seconds(25)) { answer in
                completion(answer.flatMap { $0.answer() })
            }
        } catch { completion(.failure(error)) }
    }

    /// AddMatch or RemoveMatch; a rule that the bus refuses matches nothing.
    func matchRule(_ member: String, _ rule: String) { callBus(member, [.string(rule)]) { _ in } }

    /// Begins to watch who owns `name`, unless somebody watches it already.
    func watchOwner(of name: String) {
        guard !name.hasPrefix(":"), name != BusItself.name, names.watch(name) else { return }
        askOwner(of: name)
    }

    /// Asks the bus for the owner and for every later change. In this order no change is missed.
    func askOwner(of name: String) {
        matchRule("AddMatch", "type='signal',sender='\(BusItself.name)',member='NameOwnerChanged',arg0='\(name)'")
        callBus("GetNameOwner", [.string(name)]) { [unowned self] answer in
            if case .failure(.disconnected) = answer { return }
            names.set(name, (try? answer.get())?.first?.text)
        }
    }

    /// Takes a well-known name, never waiting in a queue for it.
    func claim(_ name: String, _ completion: @escaping (Result<Void, BusError>) -> Void) {
        let doNotQueue: UInt32 = 4
        callBus("RequestName", [.string(name), .uint32(doNotQueue)]) { answer in
            completion(
                answer.flatMap { values in
                    // 1: owner now; 4: owner before.
                    guard let code = values.first?.integer, code != 1, code != 4 else { return .success(()) }
                    return .failure(.remote(name: BusErrorName.failed, message: "somebody else owns \(name)"))
                })
        }
    }
}
