// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityModel
internal import NIOPosix

/// Works out password hashes on two threads of its own, so that sign-ins, however many come at once, take neither the threads that
/// answer devices nor more than two hashes' memory.
actor PasswordDesk {
    /// Sign-ins that may wait; others are told to come again.
    private static let maximumWaiting = 24

    private static let pool: NIOThreadPool = {
        let pool = NIOThreadPool(numberOfThreads: 2)
        pool.start()
        return pool
    }()

    private let cost: PasswordHash.Cost
    private var waiting = 0
    /// What a name that nobody has is compared with.
    private var nobody: PasswordHash?
    /// Hashes that were worked out.
    private(set) var worked = 0

    init(cost: PasswordHash.Cost) { self.cost = cost }

    /// Too many wait already.
    struct Busy: Error {}

    /// Whether `password` is the one behind `hash`. Without a hash it is not, and that takes as long.
    func matches(_ password: String, _ hash: PasswordHash?) async throws -> Bool {
        let isKnown = hash != nil
        let other: PasswordHash
        if let hash {
            other = hash
        } else if let nobody {
            other = nobody
        } else {
            guard let made = try await make("nobody has this password") else { return false }
            nobody = made
            other = made
        }
        return try await run { other.matches(password) } && isKnown
    }

    /// The hash of a new password; nil for one that is too long.
    func make(_ password: String) async throws -> PasswordHash? {
        let cost = cost
        return try await run { PasswordHash(of: password, cost: cost) }
    }

    /// Whether a hash has the cost that new ones have.
    func isCurrent(_ hash: PasswordHash) -> Bool { hash.cost == cost }

    private func run<Answer: Sendable>(_ body: @escaping @Sendable () -> Answer) async throws -> Answer {
        guard waiting < PasswordDesk.maximumWaiting else { throw Busy() }
        waiting += 1
        defer { waiting -= 1 }
        worked += 1
        return try await PasswordDesk.pool.runIfActive { body() }
    }
}
