// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import Cases
internal import Exposure
internal import Journal
internal import Platform

/// A journal compared with case files, with no daemon: what `match --journal` does.
struct OfflineMatch {
    private let source: SightingSource
    private let toleranceSlots: Int
    private let indexes: [HeardIndex]
    private let crew: WorkCrew
    /// What may have been heard, in the order of the files.
    private var candidates: [Candidate] = []
    private var identifiers: Set<EphemeralIdentifier> = []
    /// Records of the journal that could not be read.
    let damagedRecords: Int

    private enum Candidate {
        case key(CaseKey)
        case entry(BluezoneCase)
    }

    /// A comparison with everything in the journal in `folder`.
    init(journal folder: String, credential: String? = nil, toleranceSlots: Int) throws {
        let reader = try JournalCommand.reader(folder, credential: credential)
        damagedRecords = try reader.days().reduce(0) { $0 + (try reader.read($1) { _ in }.damagedRecords) }
        // Read once above with errors told; what cannot be read now was there a moment ago.
        let source = SightingSource(days: try reader.days()) { day, body in _ = try? reader.read(day, body) }
        let census = SightingCensus(source)
        indexes = try census.runs().map { run in
            try HeardIndex(run, census: census, source: source, toleranceSlots: toleranceSlots)
        }
        self.source = source
        self.toleranceSlots = toleranceSlots
        crew = try WorkCrew(name: "matcher")
    }

    /// Compares with the keys of one file: a case export, which must be signed by one of `keys` when there are any, or
    /// the Bluezone app's case message, told apart by their content. After an error nothing of the file counts.
    mutating func check(file: String, keys: AuthorityKeys?) throws {
        let head = try File(file, .read).read(at: 0, count: 64)
        if CaseMessage.isLikely(head) {
            guard keys == nil else {
                throw CommandFailure(
                    "\(file) is a case message of the Bluezone app, which carries no signature; "
                        + "to use it all the same, leave --key away")
            }
            candidates += try CaseMessage.cases(Folder.contents(of: file), name: file).map(Candidate.entry)
            return
        }
        let sieves = indexes.map { CaseSieve($0, crew: crew) }
        try CaseFile.named(file) { () throws(CaseError) in
            let trust = keys.map { CaseTrust.signed(by: $0) } ?? .nobody
            _ = try CaseExportReader.read(CaseFile.source(file), trust: trust) { key, _ in
                for sieve in sieves { sieve.take(key) }
            }
        }
        for finding in try sieves.map({ try $0.finish() }) {
            candidates += finding.keys.map(Candidate.key)
            identifiers.formUnion(finding.identifiers)
        }
    }

    /// What the matches mean, however old they are.
    func assessment(policy: Policy) -> Assessment {
        var matcher = Matcher(toleranceSlots: toleranceSlots)
        let hasEntries = candidates.contains { if case .entry = $0 { true } else { false } }
        for day in source.days {
            source.read(day) { sighting in
                let identifier = sighting.payload.identifier
                if hasEntries && identifier.format == .bluezone || identifiers.contains(identifier) {
                    matcher.add(sighting)
                }
            }
        }
        for candidate in candidates {
            switch candidate {
            case .key(let key): matcher.check(key)
            case .entry(let entry): matcher.check(entry)
            }
        }
        return Assessment(matches: matcher.matches, policy: policy)
    }
}

/// What `match --journal` prints.
struct AssessmentText {
    let assessment: Assessment
    let style: Style

    /// One line for each matched key, then the alerts.
    var text: String {
        guard !assessment.keys.isEmpty else { return "No case key was heard." }
        let keys = assessment.keys.map { found in
            let seconds = found.windows.reduce(0) { $0 + $1.weightedSeconds }
            return "\(found.match.day)  \(found.match.key.key.format)  "
                + Quantity.count(found.match.sightings.count, "sighting", "sightings") + " in "
                + Quantity.count(found.windows.count, "window", "windows") + ", \(Int(seconds / 60)) weighted minutes"
                + (found.match.replays > 0
                    ? "; \(Quantity.count(found.match.replays, "replay", "replays")) not counted" : "")
        }
        let alerts = assessment.alerts.map {
            style.paint($0.level.description, .bad) + "  \($0.day)  \($0.minutes) min"
        }
        return (keys + (alerts.isEmpty ? ["No alert."] : alerts)).joined(separator: "\n")
    }

    /// The result for programs.
    var json: JSON {
        .object([
            .init("matches", .array(assessment.keys.map(AssessmentText.match))),
            .init(
                "alerts",
                .array(
                    assessment.alerts.map { alert in
                        .object([
                            .init("level", .string(alert.level.description)),
                            .init("day", .string(alert.day.description)),
                            .init("minutes", .integer(Int64(alert.minutes))),
                        ])
                    })),
        ])
    }

    private static func match(_ found: Assessment.Key) -> JSON {
        .object([
            .init("key", .string(found.match.key.key.bytes.hex)),
            .init("format", .string(found.match.key.key.format.description)),
            .init("day", .string(found.match.day.description)),
            .init("sightings", .integer(Int64(found.match.sightings.count))),
            .init("replays", .integer(Int64(found.match.replays))),
            .init("windows", .array(found.windows.map(AssessmentText.window))),
        ])
    }

    private static func window(_ found: Assessment.Window) -> JSON {
        .object([
            .init("start", .integer(found.window.start.seconds)),
            .init("seconds", .integer(Int64(found.window.seconds))),
            .init("weightedSeconds", .number(found.weightedSeconds)),
            .init("minAttenuation", .integer(found.window.minAttenuation.map(Int64.init))),
            .init("typicalAttenuation", .integer(found.window.typicalAttenuation.map(Int64.init))),
        ])
    }
}
