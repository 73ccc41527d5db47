// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Cases
import Testing

@testable import Exposure

/// The rules once more, in their simplest form: every key's every interval against every sighting.
private func reference(_ key: CaseKey, _ sightings: [Sighting], toleranceSlots: Int64) -> [Sighting] {
    guard key.reportType != .revoked else { return [] }
    var hits: [Sighting] = []
    for (number, identifier) in key.key.identifiers(firstInterval: key.day.firstInterval, slots: 288).enumerated() {
        let same = sightings.filter { $0.payload.identifier.low == identifier.low }
        switch key.key.format {
        case .exposureNotification:
            let interval = key.day.firstInterval + UInt32(number)
            let period = key.rollingStart..<key.rollingStart + key.rollingPeriod
            guard period.contains(interval) else { continue }
            let valid = same.filter {
                let off = $0.time.milliseconds / 600_000 - Int64(interval)
                return -12 <= off && off < 13
            }.sorted { $0.time < $1.time }
            hits += valid.prefix { $0.time.milliseconds <= valid[0].time.milliseconds + 20 * 60_000 }
        case .bluezone:
            let start = key.day.start.milliseconds + Int64(number) * 900_000
            let opens = Int64(key.rollingStart) * 600_000
            let closes = opens + Int64(key.rollingPeriod) * 600_000
            guard number < 96, start < closes, start + 900_000 > opens else { continue }
            hits += same.filter {
                abs(2 * $0.time.milliseconds - 2 * start - 900_000) <= 900_000 * (1 + 2 * toleranceSlots)
            }
        }
    }
    return hits
}

struct MatcherPropertyTests {
    @Test(arguments: 0..<16 as Range<UInt64>)
    func `random keys and sightings match as the plain rules say`(seed: UInt64) {
        var random = SplitMix(state: seed)
        let toleranceSlots = Int.random(in: 0...2, using: &random)
        let keys = (0..<12).map { _ in randomKey(&random) }
        var sightings: [Sighting] = []
        for key in keys where Bool.random(using: &random) {
            for _ in 0..<Int.random(in: 1...12, using: &random) { sightings.append(randomSighting(key, &random)) }
        }
        let matcher = Scene.matcher(sightings, toleranceSlots: toleranceSlots)
        for key in keys {
            let expected = reference(key, sightings, toleranceSlots: Int64(toleranceSlots))
            let found = matcher.match(key)?.sightings ?? []
            #expect(found.count == expected.count)
            #expect(Set(found) == Set(expected))
            #expect(zip(found, found.dropFirst()).allSatisfy { $0.time <= $1.time })
        }
    }

    /// A key of one of three days; every third for part of its day only.
    private func randomKey(_ random: inout SplitMix) -> CaseKey {
        let format = BeaconFormat.allCases.randomElement(using: &random)!
        let bytes = (0..<format.keyLength).map { _ in UInt8.random(in: 0...255, using: &random) }
        var key = CaseKey(
            key: DailyKey(format: format, bytes: bytes)!,
            rollingStart: Scene.day.advanced(by: Int.random(in: -1...1, using: &random)).firstInterval,
            reportType: Int.random(in: 0..<8, using: &random) == 0 ? .revoked : .confirmedTest)
        if Int.random(in: 0..<3, using: &random) == 0 {
            key.rollingStart += UInt32.random(in: 0..<144, using: &random)
            key.rollingPeriod = UInt32.random(in: 1...144, using: &random)
        }
        return key
    }

    /// One of the key's identifiers at about its own time: often just at the rules' edges.
    private func randomSighting(_ key: CaseKey, _ random: inout SplitMix) -> Sighting {
        let format = key.key.format
        let length = format.slotLength.wholeMilliseconds
        let slot = Int.random(in: 0..<format.slotsPerDay, using: &random) / 24 * 24
        let edges = [0, length, -7_200_000, 7_200_000 + length, 1_200_000, -length, 2 * length, 3 * length]
        var time = key.day.start.milliseconds + Int64(slot) * length + edges.randomElement(using: &random)!
        time +=
            Bool.random(using: &random)
            ? Int64.random(in: -1...1, using: &random) : .random(in: -600_000...600_000, using: &random)
        return Sighting(
            payload: BeaconPayload(identifier: key.key.identifiers(firstInterval: key.day.firstInterval)[slot]),
            time: Timestamp(milliseconds: time), previousScan: nil, rssi: .random(in: -90 ... -40, using: &random),
            meanRSSI: -70)
    }
}

/// A generator that repeats itself, so that a failure can be looked at again.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
