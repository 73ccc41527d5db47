// SPDX-License-Identifier: GPL-3.0-or-later

package import Platform

/// Why the journal cannot do what it was asked.
package enum JournalError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Another process writes this journal.
    case inUse(folder: String)
    /// The medium is full. What was synced stays; nothing was lost but what was to be written now.
    case full(SystemError)
    /// The system refused.
    case system(SystemError)
    /// A segment written by a later version of this software.
    case newerVersion(file: String, version: UInt16)
    /// A sighting whose time no segment can hold (before 1970 or past the year 9999).
    case timeOutOfRange

    init(_ error: SystemError) {
        self = error.isFull ? .full(error) : .system(error)
    }

    package var description: String {
        switch self {
        case .inUse(let folder):
            "\(folder) is being written by another bluezoned; stop that one first (systemctl stop bluezoned)"
        case .full(let error): "no room for sightings (\(error)); free some space and recording goes on by itself"
        case .system(let error): "\(error)"
        case .newerVersion(let file, let version):
            "\(file) has format version \(version), this software reads up to \(JournalFormat.version);"
                + " update it, or move the file away"
        case .timeOutOfRange: "a sighting's time lies before 1970 or after the year 9999; set the clock right"
        }
    }
}
