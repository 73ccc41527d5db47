// SPDX-License-Identifier: GPL-3.0-or-later

internal import Crypto
internal import CryptoExtras
internal import Foundation

/// What the store keeps of an official's password: scrypt's result, with its salt and cost, so that a higher cost can come later.
package struct PasswordHash: Hashable, Sendable {
    /// What one hash costs: 128 * `rounds` * `blockSize` bytes of memory, `parallelism` times in turn.
    package struct Cost: Hashable, Sendable {
        package var rounds: Int
        package var blockSize: Int
        package var parallelism: Int

        package init(rounds: Int, blockSize: Int, parallelism: Int) {
            self.rounds = rounds
            self.blockSize = blockSize
            self.parallelism = parallelism
        }

        /// 32 MiB, three times: one of the settings of equal strength that OWASP's Password Storage Cheat Sheet names for scrypt.
        package static let usual = Cost(rounds: 1 << 15, blockSize: 8, parallelism: 3)

        /// Whether a hash of this cost may be worked out at all: what stands in a store takes no more than 256 MiB.
        fileprivate var isBearable: Bool {
            (2...1 << 18).contains(rounds) && rounds.nonzeroBitCount == 1 && (1...32).contains(blockSize)
                && (1...16).contains(parallelism) && rounds * blockSize <= 1 << 21
        }
    }

    package let cost: Cost
    private let salt: [UInt8]
    private let hash: [UInt8]

    /// Bytes of a password at most, in UTF-8.
    package static let maximumLength = 256
    /// Characters of a new password at least.
    package static let minimumLength = 12

    /// The hash of a new password under a fresh salt; nil for a password that is too long or a cost that cannot be borne.
    package init?(of password: String, cost: Cost = .usual) {
        let salt = randomBytes(16)
        guard let hash = PasswordHash.derive(password, salt, cost) else { return nil }
        self.cost = cost
        self.salt = salt
        self.hash = hash
    }

    /// The hash in the text `scrypt$ROUNDS$BLOCKSIZE$PARALLELISM$SALT$HASH`; nil for any other.
    package init?(text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 6, parts[0] == "scrypt", let rounds = Int(parts[1]), let blockSize = Int(parts[2]),
            let parallelism = Int(parts[3]), let salt = [UInt8](base64: parts[4]), let hash = [UInt8](base64: parts[5]),
            salt.count == 16, hash.count == 32
        else { return nil }
        cost = Cost(rounds: rounds, blockSize: blockSize, parallelism: parallelism)
        guard cost.isBearable else { return nil }
        self.salt = salt
        self.hash = hash
    }

    package var text: String {
        "scrypt$\(cost.rounds)$\(cost.blockSize)$\(cost.parallelism)$\(salt.base64)$\(hash.base64)"
    }

    /// Whether this is the password. Takes the time of its cost whichever it is.
    package func matches(_ password: String) -> Bool {
        guard let other = PasswordHash.derive(password, salt, cost), other.count == hash.count else { return false }
        return zip(hash, other).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// Letters with marks are one sequence of bytes, whichever keyboard they come from.
    private static func derive(_ password: String, _ salt: [UInt8], _ cost: Cost) -> [UInt8]? {
        guard cost.isBearable, password.utf8.count <= maximumLength else { return nil }
        let key = try? KDF.Scrypt.deriveKey(
            from: Array(password.precomposedStringWithCanonicalMapping.utf8), salt: salt, outputByteCount: 32,
            rounds: cost.rounds, blockSize: cost.blockSize, parallelism: cost.parallelism)
        guard let key else { return nil }
        return unsafe key.withUnsafeBytes { buffer in unsafe Array(buffer) }
    }

    /// Why nobody should have this password, in one word for the page to explain; nil when it will do.
    package static func objection(to password: String, name: String) -> PasswordFault? {
        if password.count < minimumLength { return .short }
        if password.utf8.count > maximumLength { return .long }
        if password.lowercased().contains(name.lowercased()) || Set(password).count < 5 { return .plain }
        return nil
    }
}

/// What is wrong with a new password.
package enum PasswordFault: Hashable, Sendable {
    case short, long
    /// It holds the official's name, or hardly any different characters.
    case plain
}
