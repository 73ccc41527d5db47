// SPDX-License-Identifier: GPL-3.0-or-later

internal import CBlueZ

/// What the bus thread works with: the connection, and everything that waits for it. Touched on that thread only, which
/// is why it may call itself Sendable.
@safe final class BusEngine: @unchecked Sendable {
    /// How long the bus may take to greet us.
    static let greetingLimit: Int32 = 5000

    let address: String?
    var connection: OpaquePointer?
    private(set) var state = BusState.disconnected
    var stateReaders: [UInt64: AsyncStream<BusState>.Continuation] = [:]
    /// Who waits for the connection to come up.
    private var waiters: [UInt64: (Result<Void, BusError>) -> Void] = [:]
    var timers = Timers()
    /// Calls of ours under way, by their cookies.
    var calls: [UInt64: PendingCall] = [:]
    var names = NameOwners()
    var subscriptions: [UInt64: Subscription] = [:]
    /// Names of ours, to be taken again after a reconnect.
    var ownNames: Set<String> = []
    var objects: [String: ServedObject] = [:]
    /// Calls that a server of ours has not answered yet.
    var unanswered: [UInt64: Message] = [:]
    var bluez = BlueZEngine()
    private var lastNumber: UInt64 = 0
    private var attempts = 0

    init(address: String?) {
        unsafe connection = nil
        self.address = address
    }

    /// A number never given before; not 0.
    func nextNumber() -> UInt64 {
        lastNumber += 1
        return lastNumber
    }

    // MARK: The thread's side

    func begin() { connect() }

    /// Milliseconds until `turn` has something to do though no descriptor is ready; -1 for never.
    var timeout: Int32 {
        let own = timers.timeout
        guard let connection = unsafe connection else { return own }
        let bus = unsafe bz_bus_timeout(connection)
        return own < 0 ? bus : bus < 0 ? own : min(own, bus)
    }

    @unsafe func fill(_ fds: UnsafeMutablePointer<pollfd>, capacity: Int) -> Int {
        guard let connection = unsafe connection else { return 0 }
        return Int(unsafe bz_bus_poll(connection, fds, Int32(capacity)))
    }

    @unsafe func process(_ fds: UnsafeMutablePointer<pollfd>, count: Int) {
        guard let connection = unsafe connection else { return }
        unsafe bz_bus_process(connection, fds, Int32(count))
    }

    /// Handles what has happened: at most 256 events, so that the actor's jobs get their turn in a flood.
    func turn() {
        for _ in 0..<256 {
            var event = unsafe bz_event()
            guard let connection = unsafe connection, unsafe bz_bus_next(connection, &event) else { break }
            let (kind, cookie) = unsafe (bz_event_kind(UInt32(bitPattern: event.kind)), event.cookie)
            if kind == BZ_EVENT_SIGNAL, let raw = unsafe event.message, unsafe bluez.takes(raw, names: names),
                unsafe !bluez.follows(raw)
            {
                unsafe bz_message_free(raw)
                continue
            }
            handle(kind, cookie, unsafe Message(event.message))
        }
        for action in timers.takeDue() { action() }
    }

    private func handle(_ kind: bz_event_kind, _ cookie: UInt64, _ message: Message?) {
        switch kind {
        case BZ_EVENT_CONNECTED: connected()
        case BZ_EVENT_DISCONNECTED: lost()
        case BZ_EVENT_TIMEOUT:
            let call = calls.removeValue(forKey: cookie)
            call?.completion(.failure(.timedOut(member: call?.member ?? "")))
        case BZ_EVENT_ANSWER:
            if let message { calls.removeValue(forKey: cookie)?.completion(.success(message)) }
        case BZ_EVENT_SIGNAL: if let message { deliver(message) }
        case BZ_EVENT_CALL: if let message { receive(message) }
        default: break
        }
    }

    // MARK: The connection's life

    private func connect() {
        let limit = BusEngine.greetingLimit
        let opened =
            if let address { unsafe bz_bus_open(address, limit) } else { unsafe bz_bus_open(nil, limit) }
        if let opened = unsafe opened { unsafe connection = opened } else { retryLater() }
    }

    private func connected() {
        guard let connection = unsafe connection, let name = unsafe bz_bus_name(connection) else { return }
        attempts = 0
        enter(.connected(uniqueName: unsafe String(cString: name)))
        for name in names.watched { askOwner(of: name) }
        for match in subscriptions.values.flatMap(\.matches) { matchRule("AddMatch", match.rule) }
        if let rule = bluez.deviceRule { matchRule("AddMatch", rule) }
        for name in ownNames { claim(name) { _ in } }
    }

    /// Leaves the bus as if it were gone, and comes back under another unique name.
    func reconnect() {
        guard isConnected else { return }
        lost()
    }

    /// The bus is gone: nothing that waited for it will be answered.
    private func lost() {
        disconnect()
        enter(.disconnected)
        retryLater()
    }

    private func disconnect() {
        guard let old = unsafe connection else { return }
        unsafe connection = nil
        unanswered.removeAll()
        unsafe bz_bus_close(old)
        let failed = calls.values
        calls = [:]
        for call in failed { call.completion(.failure(.disconnected)) }
        names.forgetOwners()
    }

    /// 0.2 s, 0.4 s ... 10 s.
    private func retryLater() {
        let wait = min(200 << min(attempts, 6), 10_000)
        attempts += 1
        timers.add(nextNumber(), after: .milliseconds(wait)) { [unowned self] in
            if state == .disconnected, unsafe connection == nil { connect() }
        }
    }

    func close() {
        guard state != .closed else { return }
        disconnect()
        enter(.closed)
        end()
    }

    /// Ends all streams; the thread will not come back, or there is nothing more to tell.
    func end() {
        disconnect()
        for reader in stateReaders.values { reader.finish() }
        for subscription in subscriptions.values { subscription.continuation.finish() }
        for object in objects.values { object.continuation.finish() }
        names.finish()
        bluez.finish()
        stateReaders = [:]
        subscriptions = [:]
        objects = [:]
    }

    private func enter(_ new: BusState) {
        guard state != new else { return }
        state = new
        for reader in stateReaders.values { reader.yield(new) }
        for number in waiters.keys where new != .disconnected {
            endWait(number, isConnected ? .success(()) : .failure(.disconnected))
        }
    }

    /// Has `completion` called once the connection is up, or after `limit` with `.disconnected`.
    func awaitConnection(_ number: UInt64, _ limit: Duration, _ completion: @escaping (Result<Void, BusError>) -> Void)
    {
        waiters[number] = completion
        timers.add(number, after: limit) { [unowned self] in endWait(number, .failure(.disconnected)) }
    }

    func endWait(_ number: UInt64, _ result: Result<Void, BusError>) {
        timers.remove(number)
        waiters.removeValue(forKey: number)?(result)
    }

    var isConnected: Bool { if case .connected = state { true } else { false } }
}
