// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import Cases
internal import Exposure

extension CaseDesk {
    /// Takes alerts back that a whole and undamaged comparison supports no more: keys were revoked, or other thresholds are in
    /// force. Answers them.
    ///
    /// That an alert finds no support is not enough, for the sightings or keys behind it may be gone. It is taken back only on
    /// evidence: of its day something is still there that was heard of a published key, or of one that was revoked since.
    func takeBack(
        _ assessment: Assessment, _ matches: [Match], since oldest: UTCDay, _ today: UTCDay, _ published: Set<UTCDay>
    ) -> [Alert] {
        let first = max(oldest.advanced(by: 1), today.advanced(by: -policies.policy.daysBack))
        let f1Days = Set(assessment.alerts.filter { $0.level == .f1 }.map(\.day))
        // An F2 goes without saying, for other reasons, on days of an F1 or that the owner published.
        let candidates = book.alerts.filter { alert in
            alert.day >= first && (alert.level == .f1 || !f1Days.union(published).contains(alert.day))
                && (assessment.alert(like: alert)?.minutes ?? -1) < alert.minutes
        }
        guard !candidates.isEmpty else { return [] }
        var heard = Set(matches.flatMap { $0.sightings.map(\.time.day) })
        if !candidates.allSatisfy({ heard.contains($0.day) }) {
            heard.formUnion(daysOfRevokedKeys(among: Set(candidates.map(\.day))))
        }
        var next = book
        var takenBack: [Alert] = []
        for alert in candidates where heard.contains(alert.day) {
            let later = assessment.alert(like: alert)
            next.settle(alert, as: later)
            if later == nil { takenBack.append(alert) }
        }
        book = next
        return takenBack
    }

    /// The days of `wanted` on which a key was heard that was revoked since.
    private func daysOfRevokedKeys(among wanted: Set<UTCDay>) -> Set<UTCDay> {
        guard let (revisions, _) = try? store?.revisions(), let first = wanted.min(), let last = wanted.max() else {
            return []
        }
        let log = MatchLog()
        guard !revisions.revoked.isEmpty, let source = try? sightings(since: first.advanced(by: -1), log) else {
            return []
        }
        var matcher = Matcher()
        source.read(first.advanced(by: -1)...last.advanced(by: 1)) { matcher.add($0) }
        var days: Set<UTCDay> = []
        for var key in revisions.revoked {
            // As it was before: a revoked key matches nothing.
            key.reportType = .confirmedTest
            days.formUnion((matcher.match(key)?.sightings ?? []).map(\.time.day))
        }
        return days
    }
}

extension Assessment {
    /// The alert of the same day and level; nil without one.
    fileprivate func alert(like other: Alert) -> Alert? {
        alerts.first { $0.day == other.day && $0.level == other.level }
    }
}
