// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon
package import Cases

/// Why a key, or all of a publish, is not taken.
package enum KeyFault: Error, Hashable, Sendable, CustomStringConvertible {
    case none
    case tooMany(Int, limit: Int)
    case overlap
    case sameStart(limit: Int)
    case twice
    /// The rest is about one key.
    case length
    case numbers
    case risk
    case tooOld
    case future
    case farFromOnset

    package var description: String {
        switch self {
        case .none: "no key was sent"
        case .tooMany(let count, let limit): "\(count) keys of one format were sent; at most \(limit) are taken"
        case .overlap: "keys overlap in time without beginning together"
        case .sameStart(let limit): "more than \(limit) keys begin together"
        case .twice: "a key was sent twice"
        case .length: "a key's length is not its format's"
        case .numbers: "a key's start, period, day or slots are out of bounds"
        case .risk: "a transmission risk is not 0 to 8"
        case .tooOld: "a key is too old"
        case .future: "a key begins in the future"
        case .farFromOnset: "a key's day is too far from the onset of symptoms"
        }
    }
}

/// The keys of a publish that are taken, and why others are not.
package struct KeyCheck: Hashable, Sendable {
    /// Keys of one format in a publish.
    package static let maximumKeys = 30
    /// Keys of one format that may begin together: a key that is closed early is followed by another of the same day.
    package static let maximumSameStart = 3
    /// Intervals that a key's start may lie back: 360 hours.
    package static let maximumAge: Int64 = 360 * 6
    /// Days between a key and the onset of symptoms.
    package static let maximumOnsetDistance: Int32 = 14
    /// Days before the publish at which symptoms are taken to have begun when nobody says.
    package static let usualOnset: Int32 = 4

    package private(set) var keys: [CaseKey] = []
    package private(set) var dropped: [KeyFault] = []

    /// Checks `offers` of somebody whom `testType` describes. `onset` is the day of the first symptoms, for cases of which it is
    /// known. Throws when the publish as a whole is not taken; single keys that cannot be are dropped.
    package init(
        _ offers: [KeyOffer], testType: TestType, onset: UTCDay?, now: Timestamp
    ) throws(KeyFault) {
        guard !offers.isEmpty else { throw .none }
        for format in BeaconFormat.allCases {
            try KeyCheck.checkTogether(offers.filter { $0.format == format })
        }
        guard Set(offers.map(\.key)).count == offers.count else { throw .twice }
        let onsetDay =
            testType == .recursive || testType == .negative
            ? nil : onset ?? UTCDay(number: now.day.number &- KeyCheck.usualOnset)
        for offer in offers {
            do throws(KeyFault) {
                keys.append(try KeyCheck.key(offer, testType, onsetDay, now))
            } catch {
                dropped.append(error)
            }
        }
    }

    private static func checkTogether(_ offers: [KeyOffer]) throws(KeyFault) {
        guard offers.count <= maximumKeys else { throw .tooMany(offers.count, limit: maximumKeys) }
        let spans = offers.compactMap(\.span).sorted { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
        var counts: [Int64: Int] = [:]
        for span in spans { counts[span.lowerBound, default: 0] += 1 }
        guard counts.values.allSatisfy({ $0 <= maximumSameStart }) else { throw .sameStart(limit: maximumSameStart) }
        // Two Bluezone keys that meet in the middle of an interval share it.
        let slack: Int64 = offers.first?.format == .bluezone ? 1 : 0
        for (span, next) in zip(spans, spans.dropFirst()) where span.lowerBound != next.lowerBound {
            guard next.lowerBound + slack >= span.upperBound else { throw .overlap }
        }
    }

    private static func key(
        _ offer: KeyOffer, _ testType: TestType, _ onset: UTCDay?, _ now: Timestamp
    ) throws(KeyFault) -> CaseKey {
        guard let bytes = [UInt8](base64: offer.key), let key = DailyKey(format: offer.format, bytes: bytes) else {
            throw .length
        }
        guard let span = offer.span, let start = UInt32(exactly: span.lowerBound) else { throw .numbers }
        let interval = now.seconds / 600
        guard span.lowerBound >= interval - maximumAge else { throw .tooOld }
        guard span.lowerBound <= interval else { throw .future }
        var published = CaseKey(
            key: key, rollingStart: start, rollingPeriod: UInt32(span.count), reportType: testType.reportType)
        if let onset {
            let distance = published.day.number &- onset.number
            guard abs(Int64(distance)) <= Int64(maximumOnsetDistance) else { throw .farFromOnset }
            published.daysSinceOnset = distance
        }
        published.transmissionRisk = try risk(of: offer, testType)
        return published
    }

    private static func risk(of offer: KeyOffer, _ testType: TestType) throws(KeyFault) -> Int32 {
        guard case .intervals(_, _, let sent) = offer.validity else { return 0 }
        guard let sent, sent != 0 else { return testType.usualRisk }
        guard (1...8).contains(sent) else { throw .risk }
        return Int32(sent)
    }
}

extension CaseKey {
    /// Seconds for which a key stays unpublished after its end: receivers take an identifier for two hours off its time, so whoever
    /// knew the key sooner could send its identifiers and be taken for its owner.
    package static let embargo: Int64 = 2 * 60 * 60

    /// When the key may be published, in Unix seconds.
    package var release: Int64 { (Int64(rollingStart) + Int64(rollingPeriod)) * 600 + CaseKey.embargo }
}
