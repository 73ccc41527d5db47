// SPDX-License-Identifier: GPL-3.0-or-later

/// Notices that nothing at all is heard any more. On real controllers discovery now and then stops without a word, while
/// bluetoothd says that it runs (bluez-facts 5, 1). Nobody being near looks the same from here, so what it asks for must
/// do no harm.
struct SilenceWatch {
    enum Action: Hashable {
        case nothing
        /// Put everything on the air anew; the number counts from 1 as silence goes on.
        case renew(Int)
        /// Something is heard again.
        case heard
    }

    /// Between windows further apart than this nobody listened: the owner paused, or the machine slept. No configuration has longer
    /// pauses.
    private static let longestPause = Duration.seconds(600)

    /// How long silence is nothing to wonder about.
    let limit: Duration
    private var count: UInt64 = 0
    private var since: Duration?
    private var lastClose: Duration?
    private var renewals = 0

    init(limit: Duration) { self.limit = limit }

    /// A scan window closed at boot time `now`; `count` is how often any device was heard so far.
    mutating func windowClosed(count: UInt64, at now: Duration) -> Action {
        if let lastClose, now - lastClose > max(limit, Self.longestPause) { since = nil }
        lastClose = now
        guard count == self.count else {
            let wasSilent = renewals > 0
            (self.count, since, renewals) = (count, nil, 0)
            return wasSilent ? .heard : .nothing
        }
        guard let since else {
            since = now
            return .nothing
        }
        guard now - since >= limit * (renewals + 1) else { return .nothing }
        renewals += 1
        return .renew(renewals)
    }

    /// The adapter was away or off, or is another one, or the machine slept: silence begins anew, whatever was heard.
    mutating func restart(count: UInt64) {
        (self.count, since, lastClose) = (count, nil, nil)
    }
}
