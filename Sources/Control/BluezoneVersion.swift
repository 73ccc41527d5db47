// SPDX-License-Identifier: GPL-3.0-or-later

/// The version of all programs of this package, said once.
package enum BluezoneVersion {
    /// What `--version` prints behind the program's name.
    package static let current = "0.1.0"
}
