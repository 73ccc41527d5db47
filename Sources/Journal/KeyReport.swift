// SPDX-License-Identifier: GPL-3.0-or-later

/// What a reading of the file of keys found.
package struct KeyReport: Hashable, Sendable {
    /// The file's name.
    package let file: String
    /// Keys that can be read.
    package let keys: Int
    /// The keys are sealed by a credential.
    package let isSealed: Bool
    /// Keys that can be read in neither copy: their days are unreadable.
    package let lostKeys: Int
    /// Some part of the file is not what was written. As long as no key is lost the other copy has it.
    package let isDamaged: Bool
    /// Nothing in the file can be read.
    package let isUnreadable: Bool
}
