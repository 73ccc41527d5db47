// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityStore
internal import NIOPosix
internal import Synchronization

/// A connection that several threads may use, one after another.
final class Connection: Sendable {
    private let session: Mutex<Session>

    init(_ address: PostgresAddress, limit: Int32) throws(Fault) {
        session = Mutex(try Session(address, limit: limit))
    }

    var isGood: Bool { session.withLock { $0.isGood } }

    func use<Answer: Sendable>(_ body: (Session) throws(Fault) -> Answer) throws(Fault) -> Answer {
        try session.withLock { session throws(Fault) in try body(session) }
    }
}

/// A few connections, and as many threads that wait for the database: libpq blocks whoever calls it. Connections are opened
/// when they are needed, and again after the database was away.
final class ConnectionPool: Sendable {
    /// Seconds that a request's question may take, and an export's with its million keys.
    private static let requestLimit: Int32 = 15
    private static let exportLimit: Int32 = 900
    /// How often something is tried at most that lost its connection or met another transaction.
    private static let trials = 5
    /// How long after a connection was refused nobody else tries.
    private static let pause = Duration.milliseconds(500)

    private struct State {
        var idle: [Connection] = []
        var refused: (text: String, until: ContinuousClock.Instant)?
    }

    private let address: PostgresAddress
    private let threads: NIOThreadPool
    private let state = Mutex(State())

    init(_ address: PostgresAddress, connections: Int) {
        self.address = address
        threads = NIOThreadPool(numberOfThreads: connections)
        threads.start()
    }

    deinit { threads.shutdownGracefully { _ in } }

    /// Runs `body` on a thread that may wait, with a connection; again, from its beginning, when nothing of it remained.
    func run<Answer: Sendable>(
        _ body: @escaping @Sendable (Session) throws(Fault) -> Answer
    ) async throws(StoreError) -> Answer {
        try await onThread { () throws(Fault) in try self.attempt(body) }
    }

    /// The same with a connection that is the caller's own, and once.
    func run<Answer: Sendable>(
        on connection: Connection, _ body: @escaping @Sendable (Session) throws(Fault) -> Answer
    ) async throws(StoreError) -> Answer {
        try await onThread { () throws(Fault) in try connection.use(body) }
    }

    /// A connection for one export.
    func connection() async throws(StoreError) -> Connection {
        try await onThread { () throws(Fault) in try self.open(limit: ConnectionPool.exportLimit) }
    }

    private func onThread<Answer: Sendable>(
        _ body: @escaping @Sendable () throws(Fault) -> Answer
    ) async throws(StoreError) -> Answer {
        do {
            return try await threads.runIfActive { try body() }
        } catch let fault as Fault {
            throw fault.storeError
        } catch {
            throw .failed("\(error)")
        }
    }

    private func attempt<Answer: Sendable>(_ body: (Session) throws(Fault) -> Answer) throws(Fault) -> Answer {
        var trial = 1
        while true {
            let connection = try take()
            do throws(Fault) {
                let answer = try connection.use(body)
                giveBack(connection)
                return answer
            } catch {
                giveBack(connection)
                switch error {
                case .lost, .again: guard trial < ConnectionPool.trials else { throw error }
                case .uncertain, .refused, .newer: throw error
                }
                trial += 1
            }
        }
    }

    private func take() throws(Fault) -> Connection {
        if let idle = state.withLock({ $0.idle.popLast() }) { return idle }
        return try open(limit: ConnectionPool.requestLimit)
    }

    private func giveBack(_ connection: Connection) {
        let isGood = connection.isGood
        let dropped = state.withLock { state -> [Connection] in
            if isGood {
                state.idle.append(connection)
                return []
            }
            // When the database restarted, the others are as dead.
            defer { state.idle = [] }
            return state.idle
        }
        // Closed here, without the lock.
        withExtendedLifetime(dropped) {}
    }

    private func open(limit: Int32) throws(Fault) -> Connection {
        let known = state.withLock { state in state.refused }
        if let known, ContinuousClock.now < known.until { throw .refused(known.text) }
        do throws(Fault) {
            let connection = try Connection(address, limit: limit)
            try connection.use { session throws(Fault) in try PostgresSchema.prepare(session) }
            return connection
        } catch {
            // Who waits for the database in vain keeps a thread from all others.
            state.withLock { $0.refused = (error.text, ContinuousClock.now + ConnectionPool.pause) }
            throw error.isLost ? .refused(error.text) : error
        }
    }
}
