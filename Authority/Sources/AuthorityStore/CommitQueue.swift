// SPDX-License-Identifier: GPL-3.0-or-later

internal import GRDB
internal import Synchronization

/// Writes that come while another is being put on the disk wait, and go there together: a disk syncs a few hundred times a
/// second, and each time it can take many. Each write still succeeds or fails for itself, and none is answered before it is safe.
actor CommitQueue {
    /// Writes in a transaction: a few milliseconds of work beside one sync.
    private static let together = 64

    private struct Entry: Sendable {
        let body: @Sendable (Database) throws -> Void
        /// Whoever waits; nobody for the write of the first one, who found the queue empty.
        let waiter: CheckedContinuation<Turn, Never>?
    }

    /// What a waiting writer is told.
    private enum Turn: Sendable {
        /// Its write is done, or failed.
        case done((any Error)?)
        /// It is to write these, of which its own is the first.
        case lead([Entry])
    }

    private let pool: DatabasePool
    private var waiting: [Entry] = []
    /// Whether somebody is writing, who will pass it on.
    private var isLed = false

    init(_ pool: DatabasePool) { self.pool = pool }

    /// Runs `body` in a transaction, with others. What it throws takes back what it wrote, and nothing of others.
    func write<Answer: Sendable>(_ body: @escaping @Sendable (Database) throws -> Answer) async throws -> Answer {
        let answer = Kept<Answer>()
        let work: @Sendable (Database) throws -> Void = { database in answer.keep(try body(database)) }
        let failure: (any Error)?
        if isLed {
            switch await withCheckedContinuation({ waiting.append(Entry(body: work, waiter: $0)) }) {
            case .done(let error): failure = error
            case .lead(let entries): failure = await lead(entries)
            }
        } else {
            isLed = true
            failure = await lead([Entry(body: work, waiter: nil)])
        }
        if let failure { throw failure }
        guard let value = answer.value else { throw StoreError.failed("a write has no answer") }
        return value
    }

    /// Writes `entries`, tells all but the first how it went, and hands on to who came meanwhile; answers how the first one went.
    private func lead(_ entries: [Entry]) async -> (any Error)? {
        let failures = await commit(entries)
        for (entry, failure) in zip(entries, failures).dropFirst() { entry.waiter?.resume(returning: .done(failure)) }
        if waiting.isEmpty {
            isLed = false
        } else {
            let next = Array(waiting.prefix(CommitQueue.together))
            waiting.removeFirst(next.count)
            next[0].waiter?.resume(returning: .lead(next))
        }
        return failures[0]
    }

    /// One transaction. Not cancelled with the request of whoever leads: the others' writes are in it.
    private func commit(_ entries: [Entry]) async -> [(any Error)?] {
        await withCheckedContinuation { continuation in
            pool.asyncWrite(
                { database in
                    try entries.map { entry in
                        do {
                            try database.inSavepoint {
                                try entry.body(database)
                                return .commit
                            }
                            return nil
                        } catch {
                            // A full or failing disk ends the whole transaction.
                            guard database.isInsideTransaction else { throw error }
                            return error
                        }
                    }
                },
                completion: { (_, result: Result<[(any Error)?], any Error>) in
                    switch result {
                    case .success(let failures): continuation.resume(returning: failures)
                    case .failure(let error): continuation.resume(returning: entries.map { _ in error })
                    }
                })
        }
    }
}

/// The answer of a write, until its transaction is safe.
private final class Kept<Value: Sendable>: Sendable {
    private let storage = Mutex<Value?>(nil)

    var value: Value? { storage.withLock { $0 } }
    func keep(_ value: Value) { storage.withLock { $0 = value } }
}
