// SPDX-License-Identifier: GPL-3.0-or-later

/// The state of the connection to the message bus.
package enum BusState: Hashable, Sendable {
    /// Not connected; the next attempt comes by itself.
    case disconnected
    /// Connected and known to the bus by this unique name (`:1.42`).
    case connected(uniqueName: String)
    /// Closed by `close`; for good.
    case closed
}

/// One private connection to the system message bus (or to `address`), kept up for as long as the object lives: when the
/// bus goes away it is tried again after 0.2 s, then ever more slowly up to every 10 s, and subscriptions, served objects
/// and names are set up anew. One thread owns the connection and is this actor's executor.
package actor Bus {
    nonisolated let thread: BusThread
    var engine: BusEngine { thread.engine }

    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe thread.asUnownedSerialExecutor() }

    /// Begins to connect: to `address`, else to DBUS_SYSTEM_BUS_ADDRESS, else to the usual socket.
    package init(address: String? = nil) {
        thread = BusThread(engine: BusEngine(address: address))
        thread.start()
    }

    deinit { thread.stop() }

    /// The state now.
    package var state: BusState { engine.state }

    /// The state now and every later one. Keeps the newest 16 for its reader.
    package func states() -> AsyncStream<BusState> {
        let (stream, continuation) = AsyncStream.makeStream(of: BusState.self, bufferingPolicy: .bufferingNewest(16))
        continuation.yield(engine.state)
        guard engine.state != .closed else {
            continuation.finish()
            return stream
        }
        let number = engine.nextNumber()
        engine.stateReaders[number] = continuation
        whenEnded(continuation) { $0.stateReaders[number] = nil }
        return stream
    }

    /// Whether the connection is up.
    package var isConnected: Bool { engine.isConnected }

    /// Returns once the connection is up. Throws `.disconnected` when it is not within `limit`, `.cancelled`.
    package func waitUntilConnected(_ limit: Duration = .seconds(5)) async throws(BusError) {
        if engine.isConnected { return }
        if engine.state == .closed { throw .disconnected }
        let number = engine.nextNumber()
        let answer: Result<Void, BusError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                engine.awaitConnection(number, limit) { continuation.resume(returning: $0) }
            }
        } onCancel: {
            thread.post { [engine = thread.engine] in engine.endWait(number, .failure(.cancelled)) }
        }
        try answer.get()
    }

    /// Leaves the bus, so that whoever keeps something for us lets go of it, and comes back under another unique name: as if
    /// the bus had been away for a moment. Nothing happens while it is.
    package func reconnect() { engine.reconnect() }

    /// Ends the connection for good: calls under way fail with `.disconnected`, streams end.
    package func close() { engine.close() }

    /// Has `action` run on the bus thread when the reader of a stream is gone.
    func whenEnded<Element>(
        _ continuation: AsyncStream<Element>.Continuation, _ action: @escaping @Sendable (BusEngine) -> Void
    ) {
        continuation.onTermination = { [weak thread] _ in
            guard let thread else { return }
            thread.post { [engine = thread.engine] in action(engine) }
        }
    }
}
