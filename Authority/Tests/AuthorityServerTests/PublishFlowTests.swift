// SPDX-License-Identifier: GPL-3.0-or-later

import AuthorityModel
import Beacon
import Cases
import HTTPTypes
import Testing

struct PublishFlowTests {
    private let place: TestAuthority

    init() throws { place = try TestAuthority() }

    @Test func `a code, a token, a certificate and a publish lead to exports that a device reads`() async throws {
        let keys = DeviceKeys(days: 3, before: place.today)
        try await place.serve { client in
            let issued = try await client.issue()
            #expect(issued.status == 200)
            let verified = try await client.verify(issued["code"] ?? "")
            #expect(verified.status == 200)
            #expect(verified["testtype"] == "confirmed")
            #expect(verified["class"] == "F0")
            #expect(verified["symptomDate"] == "2026-11-19")
            let certificate = try await client.certificate(verified["token"] ?? "", keys)
            #expect(certificate.status == 200)
            let published = try await client.publish(certificate["certificate"] ?? "", keys)
            #expect(published.status == 200)
            #expect(published["insertedExposures"] == "6")
            #expect(published["revisionToken"]?.isEmpty == false)
            #expect(published["code"] == nil)
        }
        try await place.export()
        let exports = try place.exports()
        #expect(exports.map(\.receipt.signer) == ["452-v1", "452-v1"])
        let all = exports.flatMap(\.keys)
        for key in keys.bluezone {
            let found = try #require(all.first { $0.key.bytes == key.key })
            #expect(Int64(found.rollingStart) == key.day * 144)
            #expect(found.reportType == .confirmedTest)
            #expect(Int64(found.daysSinceOnset ?? 99) == key.day - (place.today - 2))
        }
        #expect(Set(keys.exposure.map(\.key)).isSubset(of: all.map(\.key.bytes)))
        #expect(exports.allSatisfy { (20...25).contains($0.keys.count) })
    }

    @Test func `an F1's keys are recursive, and a stock client gets no certificate for them`() async throws {
        let keys = DeviceKeys(days: 2, before: place.today)
        try await place.serve { client in
            let code = try await client.issue(["class": "f1"])["code"] ?? ""
            let stock = try await client.verify(code, accept: ["confirmed", "likely", "negative"])
            #expect(stock.status == 412)
            #expect(stock["errorCode"] == "unsupported_test_type")
            let verified = try await client.verify(code)
            #expect(verified["testtype"] == "recursive")
            #expect(verified["class"] == "F1")
            let certificate = try await client.certificate(verified["token"] ?? "", keys)["certificate"] ?? ""
            #expect(try await client.publish(certificate, keys)["insertedExposures"] == "4")
        }
        try await place.export()
        #expect(
            try place.exports().flatMap(\.keys).allSatisfy { $0.reportType == .recursive && $0.daysSinceOnset == nil })
    }

    @Test func `the long code does the same, and each code is good for one certificate`() async throws {
        let keys = DeviceKeys(days: 1, before: place.today)
        try await place.serve { client in
            let issued = try await client.issue()
            place.clock.advance(23 * 3600)
            #expect(try await client.verify(issued["code"] ?? "")["errorCode"] == "code_expired")
            // Twice, as if the first answer had been lost.
            let lost = try await client.verify(issued["longCode"]?.uppercased() ?? "")
            let verified = try await client.verify(issued["longCode"] ?? "")
            #expect(try await client.certificate(lost["token"] ?? "", keys)["errorCode"] == "token_invalid")
            #expect(try await client.certificate(verified["token"] ?? "", keys).status == 200)
            for code in [issued["code"], issued["longCode"]] {
                let again = try await client.verify(code ?? "")
                #expect(again.status == 400)
                #expect(again["errorCode"] == "code_invalid")
            }
        }
    }

    @Test func `a lost answer can be asked for again, other keys cannot come of it`() async throws {
        let keys = DeviceKeys(days: 2, before: place.today)
        let others = DeviceKeys(days: 2, before: place.today)
        try await place.serve { client in
            let token = try await client.token()
            _ = try await client.certificate(token, keys)
            let certificate = try await client.certificate(token, keys)["certificate"] ?? ""
            #expect(try await client.certificate(token, others)["errorCode"] == "token_invalid")
            #expect(try await client.publish(certificate, keys)["insertedExposures"] == "4")
            let again = try await client.publish(certificate, keys)
            #expect(again.status == 200)
            #expect(again["insertedExposures"] == "0")
            #expect(again["revisionToken"]?.isEmpty == false)
        }
    }

    @Test func `a certificate for other keys, an old one and a foreign one are refused`() async throws {
        let keys = DeviceKeys(days: 2, before: place.today)
        var more = keys
        more.bluezone.append((randomBytes(32), place.today - 5, 0, 95))
        let other = try TestAuthority()
        let extended = more
        try await place.serve { client in
            let certificate = try await client.certificate(client.token(), keys)["certificate"] ?? ""
            let mismatch = try await client.publish(certificate, extended)
            #expect(mismatch.status == 401)
            #expect(mismatch["code"] == "health_authority_verification_certificate_invalid")
            let foreign = try await client.publish(certificate, keys, ["healthAuthorityID": "org.example"])
            #expect(foreign["code"] == "unknown_health_authority_id")
            place.clock.advance(15 * 60)
            #expect(try await client.publish(certificate, keys).status == 401)
            try await other.serve { stranger in
                let certificate = try await stranger.certificate(stranger.token(), keys)["certificate"] ?? ""
                #expect(try await client.publish(certificate, keys).status == 401)
            }
        }
    }

    @Test func `keys that are too old are left out and the rest is taken`() async throws {
        var keys = DeviceKeys(days: 2, before: place.today)
        keys.exposure.append((randomBytes(16), (place.today - 20) * 144, 144))
        let offered = keys
        try await place.serve { client in
            let answer = try await client.publish(offered)
            #expect(answer.status == 200)
            #expect(answer["code"] == "partial_failure")
            #expect(answer["insertedExposures"] == "4")
        }
    }

    @Test func `a diagnosis becomes a test's result with the revision token, and only with it`() async throws {
        let keys = DeviceKeys(days: 2, before: place.today)
        try await place.serve { client in
            let first = try await client.publish(keys, ["testType": "likely", "symptomDate": "2026-11-19"])
            #expect(first["insertedExposures"] == "4")
            try await place.export()
            #expect(try await client.publish(keys)["code"] == "missing_revision_token")
            #expect(
                try await client.publish(keys, ["testType": "confirmed"], ["revisionToken": "AAAA"])["code"]
                    == "invalid_revision_token")
            place.clock.advance(60)
            let token = ["revisionToken": first["revisionToken"] ?? ""]
            #expect(try await client.publish(keys, ["testType": "confirmed"], token)["insertedExposures"] == "4")
            let less = try await client.publish(keys, ["class": "F1"], token)
            #expect(less.status == 200)
            #expect(less["insertedExposures"] == "0")
        }
        try await place.export()
        let revised = try place.exports().flatMap(\.revisedKeys)
        #expect(Set(revised.map(\.key.bytes)) == Set(keys.bluezone.map(\.key) + keys.exposure.map(\.key)))
        #expect(revised.allSatisfy { $0.reportType == .confirmedTest })
    }

    @Test func `a contact who becomes a case publishes the same keys anew, and more`() async throws {
        let keys = DeviceKeys(days: 2, before: place.today)
        var more = keys
        more.bluezone.append((randomBytes(32), place.today - 3, 0, 95))
        let all = more
        try await place.serve { client in
            let first = try await client.publish(keys, ["class": "F1"])
            let token = ["revisionToken": first["revisionToken"] ?? ""]
            #expect(try await client.publish(all, ["testType": "confirmed"], token)["insertedExposures"] == "5")
        }
        try await place.export()
        #expect(try place.exports().flatMap(\.keys).allSatisfy { $0.reportType == .confirmedTest })
    }

    @Test func `who sends somebody else's keys gets no token for them, however often`() async throws {
        let keys = DeviceKeys(days: 2, before: place.today)
        try await place.serve { client in
            #expect(try await client.publish(keys, ["class": "F1"]).status == 200)
            let certificate = try await client.certificate(client.token(["class": "F1"]), keys)["certificate"] ?? ""
            _ = try await client.publish(certificate, keys)
            let again = try await client.publish(certificate, keys)
            #expect(again.status == 200)
            let token = ["revisionToken": again["revisionToken"] ?? ""]
            let theft = try await client.publish(keys, ["testType": "confirmed"], token)
            #expect(theft["code"] == "missing_revision_token")
        }
    }

    @Test func `who has no key, a wrong one or a wrong date issues nothing`() async throws {
        try await place.serve { client in
            let fields = ["testType": "confirmed"]
            #expect(try await client.post("/api/issue", fields).status == 401)
            #expect(
                try await client.post("/api/issue", fields, headers: [HTTPField.Name("X-API-Key")!: "x"]).status == 401)
            for wrong in [
                ["symptomDate": "2026-11-30"], ["symptomDate": "2026-02-30"],
                ["symptomDate": "'; DROP TABLE codes; --"],
                ["region": "VN-99"], ["testType": "positive"], ["class": "F2"],
                ["class": "F1", "testType": "confirmed"],
            ] {
                let answer = try await client.issue(wrong)
                #expect(answer.status == 400, "\(wrong)")
            }
        }
    }
}
