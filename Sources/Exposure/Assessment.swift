// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon

/// What the matches mean under a policy: windows of each key, minutes of each day, alerts.
package struct Assessment: Hashable, Sendable {
    /// A window and what the policy makes of it.
    package struct Window: Hashable, Sendable {
        package var window: ExposureWindow
        /// Seconds after all weights; 0 when the policy drops the window or does not count its key.
        package var weightedSeconds: Double
    }

    /// One matched key with its windows in order of time.
    package struct Key: Hashable, Sendable {
        package var match: Match
        /// Empty when no sighting could be measured, or all are another key's already.
        package var windows: [Window]
    }

    /// The matched keys in the order given.
    package var keys: [Key]
    /// The days with any weight, by day, the greater level of a day first.
    package var days: [DayExposure]
    /// The days that alert, by day. A day that alerts as F1 does not alert as F2 too, nor does one that its owner published.
    package var alerts: [Alert]

    /// Assesses `matches`. With `today`, days longer ago than the policy's `daysBack` neither weigh nor alert; without
    /// it every day counts, however old. `published` are the days of which this device's own keys were published.
    ///
    /// No sighting counts twice, even if two published entries derive the same identifier (as overlapping entries of
    /// the Bluezone app's chained keys do): it belongs to the first match that has it.
    package init(
        matches: [Match], policy: Policy = .standard, today: UTCDay? = nil, published: Set<UTCDay> = []
    ) {
        let builder = WindowBuilder(policy: policy)
        let oldest = today?.advanced(by: -policy.daysBack)
        var claimed: Set<Sighting> = []
        var counted: [ExposureWindow] = []
        keys = matches.map { match in
            let own = match.sightings.filter { claimed.insert($0).inserted }
            let windows = builder.windows(of: match.key, own).map { window in
                let counts = policy.level(of: window.reportType) != nil && (oldest.map { window.day >= $0 } ?? true)
                if counts { counted.append(window) }
                return Window(window: window, weightedSeconds: counts ? policy.weightedSeconds(of: window) : 0)
            }
            return Key(match: match, windows: windows)
        }
        days = DayExposure.days(of: counted, policy: policy)
        let f1Days = Set(days.filter { $0.level == .f1 && $0.alert != nil }.map(\.day))
        alerts = days.filter { $0.level == .f1 || !f1Days.union(published).contains($0.day) }.compactMap(\.alert)
    }
}
