// SPDX-License-Identifier: GPL-3.0-or-later

extension Bus {
    /// Calls a method and waits for its answer.
    ///
    /// Throws `.remote` for an error answer, `.timedOut` after `timeout`, `.disconnected` at once when the bus is away,
    /// `.invalid` when a name, path or value is not legal on D-Bus, `.cancelled` when the task is.
    package func call(
        destination: String, path: String, interface: String, member: String, arguments: [BusValue] = [],
        timeout: Duration = .seconds(25)
    ) async throws(BusError) -> [BusValue] {
        let message = try Message(
            destination: destination, path: path, interface: interface, member: member, arguments: arguments)
        return try await send(message, member: member, timeout)
    }

    /// One property by `Properties.Get`, unwrapped from its variant.
    package func property(
        destination: String, path: String, interface: String, name: String, timeout: Duration = .seconds(25)
    ) async throws(BusError) -> BusValue {
        let values = try await call(
            destination: destination, path: path, interface: "org.freedesktop.DBus.Properties", member: "Get",
            arguments: [.string(interface), .string(name)], timeout: timeout)
        guard values.count == 1, case .variant = values[0] else {
            throw .unexpectedReply("Get of \(name) gives no variant")
        }
        return values[0].unwrapped
    }

    /// All properties of an interface by `Properties.GetAll`, as the dictionary that came.
    package func properties(
        destination: String, path: String, interface: String, timeout: Duration = .seconds(25)
    ) async throws(BusError) -> BusValue {
        let values = try await call(
            destination: destination, path: path, interface: "org.freedesktop.DBus.Properties", member: "GetAll",
            arguments: [.string(interface)], timeout: timeout)
        guard values.count == 1, values[0].signature == "a{sv}" else {
            throw .unexpectedReply("GetAll of \(interface) gives no properties")
        }
        return values[0]
    }

    /// Sends a call and waits for its answer, even in a cancelled task unless `isCancellable`; `inspect` sees a good
    /// answer's message first.
    func send(
        _ message: Message, member: String, _ timeout: Duration, isCancellable: Bool = true,
        inspect: ((Message) -> Void)? = nil
    ) async throws(BusError) -> [BusValue] {
        let cookie = engine.nextNumber()
        let answer: Result<[BusValue], BusError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                engine.send(message, member: member, cookie: cookie, limit: timeout) { answer in
                    if case .success(let message) = answer { inspect?(message) }
                    continuation.resume(returning: answer.flatMap { $0.answer() })
                }
            }
        } onCancel: {
            guard isCancellable else { return }
            thread.post { [engine = thread.engine] in engine.cancel(cookie) }
        }
        return try answer.get()
    }
}
