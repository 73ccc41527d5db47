// SPDX-License-Identifier: GPL-3.0-or-later

import AuthorityModel
import Foundation
import HTTPTypes
import Testing

@testable import AuthorityServer

/// Certificates that come again, or with what they were not made for; and text that would be something else elsewhere.
struct ReplayTests {
    private let place: TestAuthority

    init() throws { place = try TestAuthority() }

    @Test func `a certificate replayed by somebody else is no good without the keys and the key of the HMAC`()
        async throws
    {
        let keys = DeviceKeys(days: 2, before: place.today)
        var others = DeviceKeys(days: 2, before: place.today)
        var fewer = keys
        fewer.bluezone.removeLast()
        var shifted = keys
        shifted.bluezone[0].last = 94
        others.bluezone[0] = keys.bluezone[0]
        let foreign = [others, fewer, shifted]
        try await place.serve { client in
            let certificate = try await client.certificate(client.token(), keys)["certificate"] ?? ""
            for wrong in foreign {
                let answer = try await client.publish(certificate, wrong)
                #expect(answer.status == 401)
                #expect(answer["code"] == "health_authority_verification_certificate_invalid")
            }
            for key in ["", [UInt8](repeating: 0, count: 32).base64, keys.macKey.dropLast().base64, "no Base64"] {
                #expect([400, 401].contains(try await client.publish(certificate, keys, ["hmacKey": key]).status))
            }
        }
        #expect(
            try place.sql("SELECT (SELECT count(*) FROM keys) + (SELECT count(*) FROM certificates)") == "0",
            "and none of it used it up")
    }

    @Test func `a certificate sent again and again stores nothing twice, also when its number was forgotten`()
        async throws
    {
        let keys = DeviceKeys(days: 2, before: place.today)
        try await place.serve { client in
            let certificate = try await client.certificate(client.token(), keys)["certificate"] ?? ""
            #expect(try await client.publish(certificate, keys)["insertedExposures"] == "4")
            for _ in 0..<3 { #expect(try await client.publish(certificate, keys)["insertedExposures"] == "0") }
            // The clock was wrong for a while, and what was over then is forgotten.
            place.clock.advance(27 * 3600)
            try await place.export()
            #expect(try await client.publish(certificate, keys).status == 401)
            place.clock.advance(-27 * 3600)
            #expect(try place.sql("SELECT count(*) FROM certificates") == "0")
            #expect(try await client.publish(certificate, keys)["insertedExposures"] == "0")
        }
        #expect(try place.sql("SELECT count(*) FROM keys") == "4")
    }

    @Test func `an answer that was lost is given again as long as its token lives, and counted once`() async throws {
        let keys = DeviceKeys(days: 2, before: place.today)
        try await place.serve { client in
            let token = try await client.token(["class": "F1"])
            let lost = try await client.publish(client.certificate(token, keys)["certificate"] ?? "", keys)
            place.clock.advance(23 * 3600)
            // Each export forgets what is over.
            try await place.export()
            let again = try await client.publish(client.certificate(token, keys)["certificate"] ?? "", keys)
            #expect(again["insertedExposures"] == "0")
            // The last certificate that the token makes, at the end of its time.
            place.clock.advance(3599)
            let last = try await client.certificate(token, keys)["certificate"] ?? ""
            place.clock.advance(14 * 60)
            try await place.export()
            let late = try await client.publish(last, keys)
            let secret = place.authority.secret
            let tokens = [lost, again, late].map { RevisionToken(sealed: $0["revisionToken"] ?? "", secret) }
            #expect(tokens[0] != nil && tokens[0] != RevisionToken() && Set(tokens).count == 1)
            #expect(try place.sql("SELECT sum(count) FROM publications") == "1")
            let more = ["revisionToken": late["revisionToken"] ?? ""]
            #expect(try await client.publish(keys, ["testType": "confirmed"], more)["insertedExposures"] == "4")
        }
    }

    private static let injections = [
        "'; DROP TABLE keys; --", "\"; DELETE FROM codes; --", "' OR '1'='1", "1); DROP TABLE tokens; --", "%", "_",
        "\\'; PRAGMA user_version = 9; --", "x' UNION SELECT hash FROM tokens --", "\u{0}'; DROP TABLE batches; --",
    ]

    @Test(arguments: injections) func `no text field is read as SQL`(text: String) async throws {
        let keys = DeviceKeys(days: 1, before: place.today)
        try await place.serve { client in
            _ = try await client.publish(DeviceKeys(days: 2, before: place.today))
            let token = try await client.token()
            let certificate = try await client.certificate(token, keys)["certificate"] ?? ""
            _ = try await client.issue()
            let before = try place.sql(".dump")

            for field in ["class", "testType", "symptomDate", "testDate", "region"] {
                #expect(try await client.issue([field: text]).status == 400, "\(field)")
            }
            let header: HTTPFields = [HTTPField.Name("X-API-Key")!: text.filter { $0 != "\u{0}" }]
            #expect(try await client.post("/api/issue", [:], headers: header).status == 401)
            #expect(try await client.verify(text).status == 400)
            #expect(try await client.verify("00000000", accept: [text]).status == 400)
            #expect(
                try await client.post("/api/certificate", ["token": text, "ekeyhmac": keys.mac.base64]).status == 400)
            #expect(try await client.post("/api/certificate", ["token": token, "ekeyhmac": text]).status == 400)
            for field in ["healthAuthorityID", "verificationPayload", "hmacKey", "revisionToken"] {
                #expect(
                    [400, 401].contains(try await client.publish(certificate, keys, [field: text]).status), "\(field)")
            }
            let number = (place.today - 1) * 144
            let lists: [String: [String: Any]] = [
                "temporaryExposureKeys": ["key": text, "rollingStartNumber": number, "rollingPeriod": 144],
                "bluezoneKeys": ["key": text, "day": place.today - 1, "firstSlot": 0, "lastSlot": 95],
            ]
            for (list, key) in lists {
                #expect(try await client.publish(certificate, keys, [list: [key]]).status == 401, "\(list)")
            }
            let escaped = text.utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            #expect([400, 404].contains(try await client.send(.get, "/v1/VN/\(escaped)").status))

            #expect(try place.sql(".dump") == before, "not a byte of the store changed")
            #expect(try await client.publish(certificate, keys, ["padding": text]).status == 200)
        }
    }
}
