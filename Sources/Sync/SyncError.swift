// SPDX-License-Identifier: GPL-3.0-or-later

package import Platform

/// Why something could not be fetched.
package enum SyncError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The transfer did not come to its end; `reason` is curl's or the server's.
    case transfer(url: String, reason: String)
    /// More bytes than allowed.
    case tooLarge(url: String, limit: Int)
    /// The start of a partial file no longer belongs to what the server has.
    case notResumable(url: String)
    /// The spool holds as much as it may.
    case spoolFull(folder: String, limit: Int)
    /// Our own disk.
    case disk(SystemError)

    package var description: String {
        switch self {
        case .transfer(let url, let reason): "\(url): \(reason)"
        case .tooLarge(let url, let limit): "\(url): longer than the \(limit) bytes that are allowed"
        case .notResumable(let url): "\(url): changed since a part of it was fetched"
        case .spoolFull(let folder, let limit):
            "\(folder): the spool holds \(limit) bytes, the most it may; old files leave it after "
                + "\(SyncLimits.spoolDays) days"
        case .disk(let error): "\(error)"
        }
    }

    /// Whether the next file has no better chance: our disk or the spool is the reason.
    var isLocal: Bool {
        switch self {
        case .disk, .spoolFull: true
        case .transfer, .tooLarge, .notResumable: false
        }
    }
}

/// What a server, honest or not, can make us do at most.
package enum SyncLimits {
    /// Bytes of an index.
    package static let indexBytes = 4 << 20
    /// Bytes of a policy; bluezoned takes no longer one.
    package static let policyBytes = 16_384
    /// Lines of an index that are looked at.
    package static let indexLines = 50_000
    /// Bytes of one path in an index.
    package static let pathBytes = 200
    /// Files fetched in one run; the next goes on.
    package static let filesPerRun = 2_000
    /// Bytes in the spool.
    package static let spoolBytes = 1 << 30
    /// Days after which a fetched file leaves the spool: nothing older than 14 days is matched.
    package static let spoolDays = 21
    /// Failures one after another that end a run: the network is away.
    static let failuresInRow = 3
}
