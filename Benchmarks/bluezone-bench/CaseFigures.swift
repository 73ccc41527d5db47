// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import Cases
internal import Exposure
internal import Journal
internal import Platform

private let firstDay = UTCDay(number: 20_764)
private let dayCount = 14
private let keyCount = 1_000_000
private let heardCount = 100_000

/// A signed export of a million keys against a fortnight's journal of 100 000 identifiers, ten of the keys' among them: from the
/// file to the matches.
func measureCases(_ folder: String) throws {
    let signer = CaseSigner(key: try SigningKey.random(), keyID: "bench", keyVersion: "v1")
    let authority = try signer.key.publicKey(name: "bench-v1")
    let export = folder + "/million.zip"
    try writeExport(to: export, signer)
    let journal = folder + "/journal"
    try writeJournal(to: journal)
    for format in [BeaconFormat.exposureNotification, .bluezone] {
        try writeExport(to: export, signer, format)
        let keys = AuthorityKeys(picked: authority)
        try measure(export, keys, journal, "\(format)")
    }
    try measureStop(export, AuthorityKeys(picked: authority), journal)
}

private func measure(_ export: String, _ keys: AuthorityKeys, _ journal: String, _ name: String) throws {
    var verified = Figures("\(name)/verify-and-decode", "s")
    var one = Figures("\(name)/verify-decode-match/1-thread", "s")
    var all = Figures("\(name)/verify-decode-match/all-cores", "s")
    var memory = Figures("\(name)/verify-decode-match/memory", "MiB")
    for _ in 0..<5 {
        verified.add(try seconds { _ = try CaseExportReader.verify(.file(export), keys: keys) })
        let before = Resident.now
        Resident.reset()
        one.add(try seconds { try compare(export, keys, journal, crew: nil) })
        memory.add(Resident.most - before)
        let crew = try WorkCrew(name: "bench")
        all.add(try seconds { try compare(export, keys, journal, crew: crew) })
        Memory.giveBack()
    }
    for figures in [verified, one, all, memory] { figures.print() }
}

/// Everything that a comparison of one export does: count, index, verify, decode, sift, judge.
private func compare(_ export: String, _ keys: AuthorityKeys, _ journal: String, crew: WorkCrew?) throws {
    let reader = JournalReader(folder: journal)
    let source = SightingSource(days: try reader.days()) { day, body in _ = try? reader.read(day, body) }
    let census = SightingCensus(source)
    var matches: [Match] = []
    for run in census.runs() {
        let index = try HeardIndex(run, census: census, source: source)
        let sieve = CaseSieve(index, crew: crew)
        _ = try CaseExportReader.read(.file(export), trust: .signed(by: keys)) { key, _ in sieve.take(key) }
        matches += try sieve.finish().matches(in: run, source)
    }
    guard matches.count == 10 else { throw BenchError.wrongMatches(matches.count) }
}

/// From the wish to stop to its end, in the middle of verifying, decoding and sifting.
private func measureStop(_ export: String, _ keys: AuthorityKeys, _ journal: String) throws {
    var stopped = Figures("stop-in-the-middle", "ms")
    let reader = JournalReader(folder: journal)
    let source = SightingSource(days: try reader.days()) { day, body in _ = try? reader.read(day, body) }
    let census = SightingCensus(source)
    for round in 1...20 {
        var begin = Duration.zero
        do {
            let crew = try WorkCrew(name: "bench")
            let sieve = CaseSieve(try HeardIndex(census.runs()[0], census: census, source: source), crew: crew)
            var count = 0
            _ = try? CaseExportReader.read(.file(export), trust: .signed(by: keys)) { (key, _) throws(CaseError) in
                sieve.take(key)
                count += 1
                guard count == round * 40_000 else { return }
                begin = KernelClock.sinceBoot
                throw .stopped
            }
            crew.stop()
        }
        stopped.add((KernelClock.sinceBoot - begin) / .milliseconds(1))
    }
    stopped.print()
}

enum BenchError: Error {
    case wrongMatches(Int)
    case wrongRecords(Int)
}

/// The key number `number`: of some day, and the first ten of each format were heard.
private func key(_ number: Int, _ format: BeaconFormat) -> CaseKey {
    var random = SplitMix(state: UInt64(number) &* 8191)
    let bytes = (0..<format.keyLength).map { _ in UInt8.random(in: 0...255, using: &random) }
    let day = firstDay.advanced(by: number % dayCount)
    guard let key = DailyKey(format: format, bytes: bytes) else { preconditionFailure("a key of the wrong length") }
    return CaseKey(key: key, rollingStart: day.firstInterval)
}

private func writeExport(
    to path: String, _ signer: CaseSigner, _ format: BeaconFormat = .exposureNotification
) throws {
    let start = firstDay.advanced(by: dayCount).start
    let header = CaseExportHeader(start: start, end: start.advanced(by: .seconds(3600)), region: "VN")
    let keys = (0..<keyCount).map { key($0, format) }
    try Folder.replace(path, with: try CaseExportWriter(header: header, keys: keys).archive(signedBy: [signer]))
}

private func writeJournal(to folder: String) throws {
    let writer = try JournalWriter(storage: DiskStorage(folder: folder))
    try writer.removeAll()
    for day in (0..<dayCount).map({ firstDay.advanced(by: $0) }) {
        var random = SplitMix(state: UInt64(day.number))
        let count = heardCount / dayCount / 2
        var sightings: [Sighting] = []
        for format in [BeaconFormat.bluezone, .exposureNotification] {
            for number in 0..<count {
                let identifier = EphemeralIdentifier(format: format, low: random.next(), high: random.next())
                sightings.append(sighting(of: identifier, at: day.start, Int64(number) * 86_400_000 / Int64(count)))
            }
        }
        for number in 0..<10 where number % dayCount == Int(day.number - firstDay.number) {
            for format in [BeaconFormat.bluezone, .exposureNotification] {
                let slot = 20
                let identifier = key(number, format).key.identifiers(firstInterval: day.firstInterval)[slot]
                let offset = Int64(slot) * format.slotLength.wholeMilliseconds
                sightings.append(sighting(of: identifier, at: day.start, offset))
            }
        }
        try writer.append(sightings)
    }
    try writer.commit()
}

private func sighting(of identifier: EphemeralIdentifier, at midnight: Timestamp, _ offset: Int64) -> Sighting {
    Sighting(
        payload: BeaconPayload(identifier: identifier), time: midnight.advanced(by: .milliseconds(offset)),
        previousScan: nil, rssi: -60, meanRSSI: -62)
}
