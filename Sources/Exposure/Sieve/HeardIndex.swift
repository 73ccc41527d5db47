// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
package import CMatcher
internal import Cases

/// What was heard within reach of one run of days, made for looking up: `docs/matcher.md`. Any number of threads may use it at once.
@safe package final class HeardIndex: @unchecked Sendable {
    /// The run whose keys it answers for.
    package let run: DayRun
    /// The instructions it uses.
    package let path: matcher_path
    private let bluezone: OpaquePointer?
    private let exposureNotification: OpaquePointer?

    /// Reads the run's days of `source`, which `census` was taken of. `toleranceSlots` is Bluezone's, as in `Matcher`.
    /// Throws when there is no memory.
    package init(
        _ run: DayRun, census: SightingCensus, source: SightingSource, toleranceSlots: Int = 1,
        path: matcher_path = matcher_best_path()
    ) throws(ComparisonError) {
        self.run = run
        self.path = path
        // Both ends of a Bluezone slot belong to it, so that the first moment of one more slot still counts.
        let tolerance = min(max(toleranceSlots, 0), 96) + 1
        unsafe bluezone = try makeIndex(.bluezone, run, tolerance: tolerance, census)
        do throws(ComparisonError) {
            unsafe exposureNotification = try makeIndex(
                .exposureNotification, run, tolerance: Int(Matcher.toleranceIntervals), census)
        } catch {
            unsafe matcher_index_free(bluezone)
            throw error
        }
        var bluezoneHeard = unsafe HeardBuffer(bluezone)
        var exposureNotificationHeard = unsafe HeardBuffer(exposureNotification)
        source.read(run.heardDays) { sighting in
            switch sighting.format {
            case .bluezone: bluezoneHeard.add(sighting)
            case .exposureNotification: exposureNotificationHeard.add(sighting)
            }
        }
        bluezoneHeard.flush()
        exposureNotificationHeard.flush()
        if bluezoneHeard.isFailed || exposureNotificationHeard.isFailed {
            throw .noMemory(sightings: census.sightings(in: run))
        }
    }

    deinit {
        unsafe matcher_index_free(bluezone)
        unsafe matcher_index_free(exposureNotification)
    }

    /// Bytes that it takes.
    package var size: Int {
        unsafe [bluezone, exposureNotification].reduce(0) {
            unsafe $0 + ($1.map { unsafe matcher_index_bytes($0) } ?? 0)
        }
    }

    /// The index of a format; nil when nothing of it was heard.
    func pointer(_ format: BeaconFormat) -> OpaquePointer? {
        switch format {
        case .bluezone: unsafe bluezone
        case .exposureNotification: unsafe exposureNotification
        }
    }
}

/// Why sightings and case keys cannot be compared.
package enum ComparisonError: Error, Hashable, Sendable, CustomStringConvertible {
    /// So many sightings do not fit into memory at once.
    case noMemory(sightings: Int)
    /// The cryptographic library had no memory to derive a batch of keys.
    case noMemoryForKeys

    package var description: String {
        switch self {
        case .noMemory(let sightings):
            "no memory to compare \(sightings) sightings at once; raise MemoryMax= of the unit, or shorten the retention"
        case .noMemoryForKeys: "no memory to derive case keys; raise MemoryMax= of the unit"
        }
    }
}

/// An empty index of what `census` counted in reach of a run; nil when that is nothing.
private func makeIndex(
    _ format: BeaconFormat, _ run: DayRun, tolerance: Int, _ census: SightingCensus
) throws(ComparisonError) -> OpaquePointer? {
    let first = Int(run.keyDays.lowerBound.number) * format.slotsPerDay
    // A key may begin at the end of the last day and last for another one.
    let slots = (Int(run.keyDays.upperBound.number) + 2) * format.slotsPerDay - first
    let counts = (first - tolerance..<first + slots + tolerance).map { census.count(format, slot: $0) }
    guard counts.contains(where: { $0 > 0 }) else { return nil }
    let kind = format == .bluezone ? MATCHER_BLUEZONE : MATCHER_EXPOSURE_NOTIFICATION
    let index = unsafe matcher_index_new(
        kind, UInt32(clamping: first), UInt32(clamping: slots), UInt32(clamping: tolerance), counts,
        .random(in: 1 ... .max))
    guard let index = unsafe index else { throw .noMemory(sightings: census.sightings(in: run)) }
    return unsafe index
}

/// Sightings on their way into an index, a thousand at a time.
@safe private struct HeardBuffer {
    private let index: OpaquePointer?
    private var heard: [matcher_heard] = []
    private(set) var isFailed = false

    init(_ index: OpaquePointer?) {
        unsafe self.index = index
        heard.reserveCapacity(1024)
    }

    mutating func add(_ sighting: Sighting) {
        let identifier = sighting.payload.identifier
        let slot = sighting.time.milliseconds / sighting.format.slotMilliseconds
        heard.append(
            matcher_heard(low: identifier.low, high: identifier.high, slot: UInt32(clamping: slot), unused: 0))
        if heard.count == 1024 { flush() }
    }

    mutating func flush() {
        if let index = unsafe index, !isFailed { unsafe isFailed = !matcher_index_add(index, heard, heard.count) }
        heard.removeAll(keepingCapacity: true)
    }
}
