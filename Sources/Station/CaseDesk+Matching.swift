// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import Cases
internal import Exposure
internal import Journal
internal import Platform

extension CaseDesk {
    /// Compares the journal with every case key and takes down what the owner must know.
    func match(at now: Timestamp, ownKeys: Set<DailyKey>, _ report: inout CaseDeskReport) {
        let begin = KernelClock.sinceBoot
        let oldest = now.day.advanced(by: -retentionDays)
        do throws(CaseError) {
            try store?.retire(before: oldest)
        } catch {
            report.troubles.append(error.description)
        }
        var matches: [Match] = []
        let reader = JournalReader(folder: places.journal)
        do {
            let days = try reader.days()
            // Without keys there is nothing to compare, and a journal may be long.
            let keyed = (store?.keyCount ?? 0) > 0 ? keyDays(heardOn: days) : []
            for day in keyed where day >= oldest && !Task.isCancelled {
                matches += match(day, reader, days, ownKeys, &report)
            }
        } catch {
            report.troubles.append("\(error)")
        }
        // A part of the matches would make a part of an alert: the next start compares everything again.
        if Task.isCancelled { return }
        let assessment = Assessment(matches: matches, policy: policy, today: now.day)
        report.matchedKeys = matches.count
        report.matchTime = KernelClock.sinceBoot - begin
        report.lastMatch = now
        keep(assessment.alerts, now.day, &report)
    }

    /// The days whose keys can match anything heard on `days`: a key may begin at any time of its day, last 24 hours, and
    /// be heard two hours early or late.
    private func keyDays(heardOn days: [UTCDay]) -> [UTCDay] {
        Set(days.flatMap { day in (-2...1).map { day.advanced(by: $0) } }).sorted()
    }

    /// Compares the keys of one day with what was heard on it and shortly before and after. One day at a time, so that
    /// memory holds one day's sightings, not the journal's.
    private func match(
        _ day: UTCDay, _ reader: JournalReader, _ days: [UTCDay], _ ownKeys: Set<DailyKey>,
        _ report: inout CaseDeskReport
    ) -> [Match] {
        var matcher = Matcher(ownKeys: ownKeys)
        let reach = Duration.seconds(Matcher.toleranceIntervals * 600 + 600)
        let span = day.start.advanced(by: .zero - reach)..<day.advanced(by: 1).end.advanced(by: reach)
        for near in days where (-1...2).contains(near.number - day.number) {
            do throws(JournalError) {
                try reader.read(near) { sighting in
                    if span.contains(sighting.time) { matcher.add(sighting) }
                }
            } catch {
                report.troubles.append(error.description)
            }
        }
        guard matcher.sightingCount > 0, let store else { return [] }
        do throws(CaseError) {
            let damaged = try store.readKeys(since: day) { key in
                if key.day == day && !Task.isCancelled { matcher.check(key) }
            }
            for trouble in damaged.map(\.description) where !report.troubles.contains(trouble) {
                report.troubles.append(trouble)
            }
        } catch {
            report.troubles.append(error.description)
        }
        return matcher.matches
    }

    private func keep(_ alerts: [Alert], _ today: UTCDay, _ report: inout CaseDeskReport) {
        var next = book
        next.forget(before: today.advanced(by: -30))
        report.news = next.take(alerts)
        book = next
    }
}
