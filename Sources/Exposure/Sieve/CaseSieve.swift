// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon
package import Cases
package import Platform

/// Picks those keys out of a stream that were heard, on as many threads as there are: nothing that was heard is missed; what is
/// picked is for `Matcher` to judge.
///
/// Hand keys to `take` one by one, then ask for what `finish` found. It holds a few thousand keys at a time.
package final class CaseSieve {
    private let index: HeardIndex
    private let crew: WorkCrew?
    private let findings = Lock<[BatchFinding]>([])
    private var batch: KeyBatch?
    private var batches = 0

    /// A sieve over `index`, which works on the crew's threads, or on the caller's when there is none.
    package init(_ index: HeardIndex, crew: WorkCrew? = nil) {
        self.index = index
        self.crew = crew
    }

    /// Takes a key; keys of other days than the index's fall through. A revoked key always passes: it takes back whatever was
    /// published of it.
    package func take(_ key: CaseKey) {
        guard index.run.keyDays.contains(key.day) || key.reportType == .revoked else { return }
        if let open = batch, open.isFull || open.format != key.key.format { send(open) }
        if batch == nil {
            batch = KeyBatch(format: key.key.format, number: batches)
            batches += 1
        }
        batch?.add(key)
    }

    /// Waits for all threads and answers what passed, in the order taken. Throws when there was no memory to compare all.
    package func finish() throws(ComparisonError) -> SieveFinding {
        if let open = batch { send(open) }
        crew?.wait()
        let found = findings.withLock { $0.sorted { $0.number < $1.number } }
        if found.contains(where: \.isFailed) { throw .noMemoryForKeys }
        var result = SieveFinding()
        for finding in found { result.add(finding) }
        return result
    }

    private func send(_ full: KeyBatch) {
        batch = nil
        guard let crew else { return keep(full.compare(with: index)) }
        let (index, findings) = (index, findings)
        crew.run {
            let finding = full.compare(with: index)
            findings.withLock { $0.append(finding) }
        }
    }

    private func keep(_ finding: BatchFinding) {
        findings.withLock { $0.append(finding) }
    }
}

/// The keys that passed a sieve.
package struct SieveFinding: Sendable {
    /// The keys in the order in which they were taken.
    package private(set) var keys: [CaseKey] = []
    /// Their identifiers that were heard: only sightings of these matter.
    package private(set) var identifiers: Set<EphemeralIdentifier> = []
    package private(set) var cost = ComparisonCost()

    package init() {}

    fileprivate mutating func add(_ finding: BatchFinding) {
        keys += finding.keys.sorted { $0.key < $1.key }.map(\.value)
        identifiers.formUnion(finding.identifiers)
        cost.add(finding.cost)
    }

    /// Adds what passed another sieve after this one.
    package mutating func add(_ other: SieveFinding) {
        keys += other.keys
        identifiers.formUnion(other.identifiers)
        cost.add(other.cost)
    }

    /// Judges the keys by all that `source` has of their identifiers: what `Matcher` finds when it is given everything.
    package func matches(
        in run: DayRun, _ source: SightingSource, toleranceSlots: Int = 1, ownKeys: Set<DailyKey> = []
    ) -> [Match] {
        if keys.isEmpty { return [] }
        var matcher = Matcher(toleranceSlots: toleranceSlots, ownKeys: ownKeys)
        source.read(run.heardDays) { sighting in
            if identifiers.contains(sighting.payload.identifier) { matcher.add(sighting) }
        }
        for key in keys { matcher.check(key) }
        return matcher.matches
    }
}
