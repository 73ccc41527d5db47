// SPDX-License-Identifier: GPL-3.0-or-later

extension Bus {
    /// Signals that match, from now on and across reconnects. The newest `limit` unread ones are kept, lost ones counted.
    package func subscribe(_ match: BusMatch, limit: Int = 256) -> BusSubscription { subscribe([match], limit: limit) }

    /// Signals that match any of several, each once, in the order the bus delivered them.
    package func subscribe(_ matches: [BusMatch], limit: Int = 256) -> BusSubscription {
        let number = engine.nextNumber()
        return engine.subscribe(matches, limit: limit, number: number) { [weak thread] in
            guard let thread else { return }
            thread.post { [engine = thread.engine] in engine.unsubscribe(number) }
        }
    }

    /// Emits a signal, to everybody or to one connection only. Silently nothing while the bus is away.
    /// Throws `.invalid`.
    package func emit(
        path: String, interface: String, member: String, arguments: [BusValue] = [], to destination: String? = nil
    ) throws(BusError) {
        engine.send(
            try Message(path: path, interface: interface, member: member, to: destination, arguments: arguments))
    }

    /// Emits PropertiesChanged with new values (not wrapped in variants). Throws `.invalid`.
    package func emitPropertiesChanged(
        path: String, interface: String, changed: [(String, BusValue)]
    ) throws(BusError) {
        try emit(
            path: path, interface: "org.freedesktop.DBus.Properties", member: "PropertiesChanged",
            arguments: [.string(interface), .properties(changed), .strings([])])
    }
}
