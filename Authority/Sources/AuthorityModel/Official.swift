// SPDX-License-Identifier: GPL-3.0-or-later

/// Somebody who works with the console.
package struct Official: Hashable, Sendable {
    /// What an official may do; each role may do what those before it may.
    package enum Role: String, Hashable, Sendable, CaseIterable, Comparable {
        /// Sees figures and reports.
        case reader
        /// Issues codes.
        case issuer
        /// Sees everybody's actions and enters counts.
        case supervisor

        package static func < (a: Role, b: Role) -> Bool { a.place < b.place }

        private var place: Int {
            switch self {
            case .reader: 0
            case .issuer: 1
            case .supervisor: 2
            }
        }
    }

    package let name: String
    package var role: Role
    /// Where codes may be issued for: a province, or the country and all of it.
    package var region: String

    /// An official; nil when the name is not 1 to 32 small letters, digits, dots, hyphens and underscores.
    package init?(name: String, role: Role, region: String) {
        guard (1...32).contains(name.utf8.count),
            name.utf8.allSatisfy({ Official.letters.contains($0) }),
            name.utf8.first != UInt8(ascii: "."), name.utf8.first != UInt8(ascii: "-")
        else { return nil }
        self.name = name
        self.role = role
        self.region = region
    }

    /// Whether a code for `other` may be issued.
    package func isIn(_ other: String) -> Bool { other == region || other.hasPrefix(region + "-") }

    private static let letters = Set("abcdefghijklmnopqrstuvwxyz0123456789._-".utf8)
}
