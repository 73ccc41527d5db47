// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Cases
import Exposure

/// A small language for the tests: one day, keys of either format, and what was heard of them.
enum Scene {
    /// 2026-11-20.
    static let day = UTCDay(number: 20_777)

    /// A key whose bytes are all `byte`.
    static func key(_ format: BeaconFormat, _ byte: UInt8 = 7) -> DailyKey {
        DailyKey(format: format, bytes: [UInt8](repeating: byte, count: format.keyLength))!
    }

    static func caseKey(_ format: BeaconFormat, _ byte: UInt8 = 7, _ reportType: ReportType = .confirmedTest) -> CaseKey
    {
        CaseKey(key: key(format, byte), rollingStart: day.firstInterval, reportType: reportType)
    }

    /// Time of the day in minutes after midnight.
    static func time(_ minutes: Double) -> Timestamp {
        Timestamp(milliseconds: day.start.milliseconds + Int64(minutes * 60_000))
    }

    /// What a receiver hears of `key` at `minutes` after midnight: the identifier of that time, or of slot `slot`.
    static func sighting(
        _ key: DailyKey, at minutes: Double, slot: Int? = nil, rssi: Int8 = -60, mean: Int8? = nil,
        previous: Double? = nil, power: Int8 = -20, version: UInt8 = 0x40
    ) -> Sighting {
        let length = Double(key.format.slotLength.wholeMilliseconds / 60_000)
        let identifiers = key.identifiers(firstInterval: day.firstInterval)
        let identifier = identifiers[min(max(slot ?? Int(minutes / length), 0), identifiers.count - 1)]
        var metadata: UInt32 = 0
        if key.format == .exposureNotification {
            let word = UInt32(version) << 24 | UInt32(UInt8(bitPattern: power)) << 16
            metadata = ExposureNotificationDerivation(key: key.bytes).applyMetadataCipher(word, identifier: identifier)
        }
        return Sighting(
            payload: BeaconPayload(identifier: identifier, metadata: metadata), time: time(minutes),
            previousScan: previous.map { time($0) }, rssi: rssi, meanRSSI: mean ?? rssi)
    }

    /// Scans every 5 minutes from `from` on for `minutes` minutes, each hearing `key`.
    static func encounter(
        _ key: DailyKey, from: Double = 600, minutes: Int, rssi: Int8 = -60, power: Int8 = -20
    ) -> [Sighting] {
        stride(from: 0, to: Double(minutes), by: 5).map {
            sighting(key, at: from + $0, rssi: rssi, previous: from + $0 - 5, power: power)
        }
    }

    static func matcher(
        _ sightings: [Sighting], toleranceSlots: Int = 1, ownKeys: Set<DailyKey> = []
    ) -> Matcher {
        var matcher = Matcher(toleranceSlots: toleranceSlots, ownKeys: ownKeys)
        for sighting in sightings { matcher.add(sighting) }
        return matcher
    }

    static func assess(_ sightings: [Sighting], _ keys: [CaseKey], policy: Policy = .standard) -> Assessment {
        var matcher = matcher(sightings)
        for key in keys { matcher.check(key) }
        return Assessment(matches: matcher.matches, policy: policy)
    }
}
