// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Cases
import Exposure
import TestSupport
import Testing

/// A phone's store of sightings, as published with a set of case keys that it partly matches.
struct StoredSightings: Decodable {
    struct Identifier: Decodable {
        var rpi: String
        var scans: [Scan]
    }
    /// `[unix seconds, dBm, metadata]`.
    struct Scan: Decodable {
        var time: Int64
        var rssi: Int8
        var metadata: String

        init(from decoder: any Decoder) throws {
            var values = try decoder.unkeyedContainer()
            time = try values.decode(Int64.self)
            rssi = try values.decode(Int8.self)
            metadata = try values.decode(String.self)
        }
    }
    var sightings: [Identifier]

    static let published = SharedData.json(
        "exposure-notification/match-fixture/cwc-demo-sightings.json", StoredSightings.self)
}

@Suite(.enabled(if: SharedData.isPresent, "the shared data folder is absent"))
struct MatchFixtureTests {
    private let stored: StoredSightings
    private let keys: [CaseKey]
    private let matcher: Matcher

    init() throws {
        stored = try #require(StoredSightings.published)
        let file = SharedData.folder + "/exposure-notification/match-fixture/cwc-demo-dks.zip"
        keys = try CaseExport(.file(file), trust: .nobody).keys
        var matcher = Matcher()
        for heard in stored.sightings {
            let bytes = try #require([UInt8](hex: heard.rpi))
            let identifier = try #require(EphemeralIdentifier(format: .exposureNotification, bytes: bytes))
            for scan in heard.scans {
                matcher.add(
                    Sighting(
                        payload: BeaconPayload(
                            identifier: identifier, metadata: try #require(UInt32(scan.metadata, radix: 16))),
                        time: Timestamp(seconds: scan.time), previousScan: nil, rssi: scan.rssi, meanRSSI: scan.rssi))
            }
        }
        for key in keys { matcher.check(key) }
        self.matcher = matcher
    }

    @Test func `a published store matches the published keys as brute force does`() {
        let stored = Dictionary(stored.sightings.map { ($0.rpi, $0.scans.map(\.time)) }, uniquingKeysWith: +)
        var expected: [String: [Int64]] = [:]
        for key in keys {
            let derivation = ExposureNotificationDerivation(key: key.key.bytes)
            let identifiers = derivation.identifiers(from: key.rollingStart, count: Int(key.rollingPeriod))
            for (number, identifier) in identifiers.enumerated() {
                guard let times = stored[identifier.hex] else { continue }
                // Two hours before the interval's beginning to two hours past its end.
                let begin = (Int64(key.rollingStart) + Int64(number)) * 600
                let valid = times.filter { begin - 7200 <= $0 && $0 < begin + 600 + 7200 }.sorted()
                expected[key.key.bytes.hex, default: []] += valid.prefix { $0 <= valid[0] + 1200 }
            }
        }
        let found = Dictionary(
            uniqueKeysWithValues: matcher.matches.map { ($0.key.key.bytes.hex, $0.sightings.map(\.time.seconds)) })
        #expect(found == expected.filter { !$0.value.isEmpty }.mapValues { $0.sorted() })
    }

    @Test func `the counts are those that another program found`() {
        #expect(keys.count == 2392)
        #expect(matcher.sightingCount == 5145)
        let counts = Dictionary(
            uniqueKeysWithValues: matcher.matches.map { (String($0.key.key.bytes.hex.prefix(8)), $0.sightings.count) })
        #expect(counts == ["07280238": 274, "ad0df339": 14, "5b129da0": 214, "df1104b9": 32])
    }

    @Test func `every matched sighting's metadata decrypts to a power that is believed`() {
        for match in matcher.matches {
            let derivation = ExposureNotificationDerivation(key: match.key.key.bytes)
            let words = match.sightings.map {
                derivation.applyMetadataCipher($0.payload.metadata, identifier: $0.payload.identifier)
            }
            #expect(words.allSatisfy { [0x40F4_0000, 0x40F6_0000, 0x40F9_0000, 0x40FA_0000].contains($0) })
        }
        let assessment = Assessment(matches: matcher.matches)
        #expect(assessment.keys.allSatisfy { !$0.windows.isEmpty })
    }
}
