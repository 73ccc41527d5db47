// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import Exposure
internal import Journal
internal import Platform

private let firstDay = UTCDay(number: 20_764)
private let dayCount = 14
private let total = 10_000_000

/// The encounter journal: appending with and without waiting for the medium, and reading a fortnight of ten million sightings
/// from the page cache. `Benchmarks/limits/journal.c` does the same with no journal around it.
func measureJournal(_ folder: String) throws {
    try measureAppend(folder + "/append", batch: 64, total: 1_000_000, syncs: false, "append-64")
    try measureAppend(folder + "/append", batch: 4096, total: 1_000_000, syncs: false, "append-4096")
    try measureAppend(folder + "/append", batch: 64, total: 64 * 500, syncs: true, "append-64-synced")
    try fillJournal(folder + "/fortnight")
    try measureReading(folder + "/fortnight")
    try measureIndex(folder + "/fortnight")
}

/// Sighting `number` of a day, which has `count`.
private func sighting(_ number: Int, of count: Int, on day: UTCDay) -> Sighting {
    var random = SplitMix(state: UInt64(truncatingIfNeeded: Int(day.number) * 1_000_000_000 + number / 5))
    let format: BeaconFormat = number / 5 % 2 == 0 ? .bluezone : .exposureNotification
    let payload = BeaconPayload(
        identifier: EphemeralIdentifier(format: format, low: random.next(), high: random.next()),
        metadata: format == .bluezone ? 0 : UInt32(truncatingIfNeeded: random.next()))
    let time = day.start.advanced(by: .milliseconds(Int64(number) * 86_000_000 / Int64(count)))
    return Sighting(
        payload: payload, time: time, previousScan: Timestamp(seconds: time.seconds - 60), rssi: -60, meanRSSI: -63)
}

private func measureAppend(_ folder: String, batch: Int, total: Int, syncs: Bool, _ name: String) throws {
    let scan = (0..<batch).map { sighting($0, of: batch, on: firstDay) }
    var figures = Figures("journal/\(name)", "M/s")
    for _ in 0..<7 {
        let writer = try JournalWriter(storage: DiskStorage(folder: folder))
        try writer.removeAll()
        try writer.append(scan)
        try writer.commit()
        let spent = try seconds {
            for _ in 0..<total / batch {
                try writer.append(scan)
                if syncs { try writer.commit() }
            }
        }
        figures.add(Double(total) / spent / 1e6)
    }
    figures.print()
}

private func fillJournal(_ folder: String) throws {
    let writer = try JournalWriter(storage: DiskStorage(folder: folder))
    try writer.removeAll()
    for offset in 0..<dayCount {
        let day = firstDay.advanced(by: offset)
        let count = total / dayCount
        for begin in stride(from: 0, to: count, by: 4096) {
            try writer.append((begin..<min(begin + 4096, count)).map { sighting($0, of: count, on: day) })
        }
        try writer.close(before: day)
    }
    try writer.commit()
}

/// From the segments of one day to the table that case keys are looked up in, counting included.
private func measureIndex(_ folder: String) throws {
    let reader = JournalReader(folder: folder)
    let day = firstDay.advanced(by: 5)
    let source = SightingSource(days: [day]) { day, body in _ = try? reader.read(day, body) }
    var counted = Figures("journal/count-a-day", "M/s")
    var built = Figures("journal/index-a-day", "M/s")
    for _ in 0..<7 {
        var census = SightingCensus(SightingSource(days: []) { _, _ in })
        counted.add(Double(total / dayCount) / 1e6 / (seconds { census = SightingCensus(source) }))
        guard let run = census.runs().first(where: { $0.keyDays.contains(day) }) else { throw BenchError.wrongRecords(0) }
        built.add(
            Double(census.sightings(in: run)) / 1e6
                / (try seconds { _ = try HeardIndex(run, census: census, source: source) }))
    }
    counted.print()
    built.print()
}

private func measureReading(_ folder: String) throws {
    let reader = JournalReader(folder: folder)
    let days = try reader.days()
    let size = Double(try reader.size())
    var verified = Figures("journal/open-and-verify", "GB/s")
    var unpacked = Figures("journal/read-sightings", "M/s")
    var packed = Figures("journal/read-packed", "M/s")
    for _ in 0..<7 {
        var count = 0
        verified.add(
            size / 1e9
                / (try seconds {
                    count = try days.reduce(0) { $0 + (try reader.readPacked($1) { _ in }.records) }
                }))
        var sum: UInt64 = 0
        unpacked.add(
            Double(count) / 1e6
                / (try seconds {
                    for day in days {
                        try reader.read(day) { sum &+= $0.payload.identifier.low ^ UInt64($0.time.seconds) }
                    }
                }))
        packed.add(
            Double(count) / 1e6
                / (try seconds {
                    for day in days {
                        try reader.readPacked(day) { records in
                            for index in records.indices {
                                sum &+= records[index].low ^ UInt64(records[index].millisecondsOfDay)
                            }
                        }
                    }
                }))
        guard count == total / dayCount * dayCount, sum != 0 else { throw BenchError.wrongRecords(count) }
    }
    for figures in [verified, unpacked, packed] { figures.print() }
}
