// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Foundation
import TestSupport
import Testing

@testable import Publishing

@Suite struct KeyCertificateTests {
    private struct Vectors: Decodable {
        struct Key: Decodable {
            let key: String
            let rollingStartNumber: Int64
            let rollingPeriod: Int64
            let transmissionRisk: Int64
        }
        struct Case: Decodable {
            let keys: [Key]
            let omitsRisk: Bool
            let code: String

            enum CodingKeys: String, CodingKey {
                case keys
                case omitsRisk = "omit_transmission_risk"
                case code = "hmac_b64"
            }
        }
        let secret: String
        let cases: [Case]

        enum CodingKeys: String, CodingKey {
            case secret = "secret_hex"
            case cases
        }
    }

    @Test(.enabled(if: SharedData.isPresent, "the shared data folder is absent"))
    func `the codes of Google's server are ours`() throws {
        let vectors: Vectors = try #require(SharedData.json("exposure-notification/vectors/publish_hmac.json"))
        let secret = try #require([UInt8](hex: vectors.secret))
        #expect(vectors.cases.count == 3)
        for item in vectors.cases {
            let parts = try item.keys.map { key in
                KeyCertificate.part(
                    Array(try #require(Data(base64Encoded: key.key))),
                    [key.rollingStartNumber, key.rollingPeriod]
                        + (item.omitsRisk ? [] : [key.transmissionRisk]))
            }
            #expect(base64(KeyCertificate.code(overParts: parts, secret: secret)) == item.code)
            #expect(base64(KeyCertificate.code(overParts: parts.reversed(), secret: secret)) == item.code)
        }
    }

    @Test func `each key's part holds what is published of it`() throws {
        let day = UTCDay(number: 20_777)
        let bluezone = try #require(DailyKey(format: .bluezone, bytes: [UInt8](repeating: 0xFF, count: 32)))
        let other = try #require(DailyKey(format: .exposureNotification, bytes: [UInt8](repeating: 0, count: 16)))
        let keys = try [
            #require(PublishedKey(day: day, key: bluezone, slots: 49..<96)),
            #require(PublishedKey(day: day, key: other, slots: 73..<144)),
        ]
        #expect(
            keys.map(\.certified) == [
                String(repeating: "/", count: 42) + "8=.20777.49.95",
                String(repeating: "A", count: 22) + "==.2991961.71.0",
            ])
        #expect(keys[0].json.spelled.hasSuffix(#"","day":20777,"firstSlot":49,"lastSlot":95}"#))
        #expect(
            keys[1].json.spelled.hasSuffix(#","rollingStartNumber":2991961,"rollingPeriod":71,"transmissionRisk":0}"#))
    }

    @Test func `base64 is Foundation's`() {
        for count in 0..<40 {
            let bytes = (0..<count).map { _ in UInt8.random(in: .min ... .max) }
            #expect(base64(bytes) == Data(bytes).base64EncodedString())
        }
    }

    @Test func `every publication has a secret of its own`() {
        #expect(KeyCertificate.newSecret().count == 32 && KeyCertificate.newSecret() != KeyCertificate.newSecret())
    }
}
