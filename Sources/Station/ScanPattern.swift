// SPDX-License-Identifier: GPL-3.0-or-later

/// How a station listens: in scans, each of one or more windows, with pauses between whose length varies.
///
/// The published Bluezone app sends for 15 s and is silent for 15 s. A single window shorter than that may fall into the
/// silence; two windows whose starts lie 15 s apart never both do. What each profile hears of whom: docs/scanning.md.
package struct ScanPattern: Hashable, Sendable {
    /// How long one window listens.
    package var window: Duration
    /// The windows of a scan, at least one.
    package var windows: Int
    /// From the start of one window to the start of the next of the same scan; longer than `window`.
    package var spacing: Duration
    /// From the end of a scan's last window to the start of the next scan, on average.
    package var pause: Duration
    /// How much longer or shorter a pause may be than that, so that no two devices stay in step; at most `pause`.
    package var spread: Duration

    package init(window: Duration, windows: Int, spacing: Duration, pause: Duration, spread: Duration) {
        self.window = window
        self.windows = windows
        self.spacing = spacing
        self.pause = pause
        self.spread = spread
    }

    /// How long somebody who was heard counts as near: two pauses and a scan.
    package var memory: Duration { spacing * (windows - 1) + window + pause * 2 }

    /// Turns of sending and silence of the published Bluezone app.
    package static let turn = Duration.seconds(15)

    /// One window after the other, with pauses that vary by up to a sixth.
    package static func plain(window: Duration, pause: Duration) -> ScanPattern {
        ScanPattern(window: window, windows: 1, spacing: window, pause: pause, spread: pause / 6)
    }

    /// A phone in a pocket: the least listening that misses fewer than one neighbour in a hundred in five minutes.
    package static let battery = ScanPattern(
        window: .milliseconds(5500), windows: 2, spacing: turn, pause: .seconds(126), spread: .seconds(6))

    /// On mains, beside other work: a sample of each neighbour every minute, also of one with a body between.
    package static let balanced = ScanPattern(
        window: .seconds(4), windows: 2, spacing: turn, pause: .seconds(41), spread: .seconds(5))

    /// Always, for a machine that does nothing else. A strict controller reports each address once for each start of
    /// discovery, so it is started anew every nine seconds, well before the kernel does so itself (after 10.24 s); six
    /// windows make one scan, for the journal's sake.
    package static let continuous = ScanPattern(
        window: .milliseconds(8800), windows: 6, spacing: .seconds(9), pause: .milliseconds(200), spread: .zero)
}
