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
    /// A segment or a file of keys written by a later version of this software.
    case newerVersion(file: String, version: UInt16)
    /// A sighting whose time no segment can hold (before 1970 or past the year 9999).
    case timeOutOfRange
    /// The file of keys is sealed, and the credential that opens it is not there.
    case sealed(file: String)
    /// The file of keys is sealed by another credential than the one that is there.
    case otherCredential(file: String)
    /// There is a credential that cannot be used; the text says which and why.
    case credential(String)
    /// libcrypto failed, which it does only when there is no memory.
    case cipher

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
            "\(file) has format version \(version), which a later version of this software wrote;"
                + " update it, or move the file away"
        case .timeOutOfRange: "a sighting's time lies before 1970 or after the year 9999; set the clock right"
        case .sealed(let file):
            "\(file) is sealed by the credential \(JournalCredential.name), which is not there; restore it"
                + " (bluezoned(8), CREDENTIALS), or `bluezonectl forget` everything to start anew"
        case .otherCredential(let file):
            "\(file) is sealed by another credential than the \(JournalCredential.name) that is there; restore the one it"
                + " was sealed by (bluezoned(8), CREDENTIALS), or `bluezonectl forget` everything to start anew"
        case .credential(let text): "\(text); see bluezoned(8), CREDENTIALS"
        case .cipher: "libcrypto could not encrypt or decrypt sightings; is there memory left?"
        }
    }
}

/// Runs storage calls with their error turned into the journal's.
func attempt<Answer: ~Copyable>(_ body: () throws(SystemError) -> Answer) throws(JournalError) -> Answer {
    do {
        return try body()
    } catch {
        throw JournalError(error)
    }
}
