// SPDX-License-Identifier: GPL-3.0-or-later

import AuthorityModel
import HTTPTypes
import Testing

@testable import AuthorityServer

struct LimitTests {
    private static let chaff: HTTPFields = [HTTPField.Name("X-Chaff")!: "1"]

    @Test func `answers have one length, whether they grant, refuse or only look so`() async throws {
        let place = try TestAuthority()
        let keys = DeviceKeys(days: 14, before: place.today)
        try await place.serve { client in
            let token = try await client.token()
            let certificate = try await client.certificate(token, keys)
            let answers = [
                try await client.verify(client.issue()["code"] ?? ""),
                try await client.verify("00000000"),
                certificate,
                try await client.certificate("x", keys),
                try await client.publish(certificate["certificate"] ?? "", keys),
                try await client.publish("x", keys),
                try await client.send(.post, "/v1/publish", body: Array("{".utf8)),
                try await client.post("/api/verify", ["code": "00000000"], headers: LimitTests.chaff),
                try await client.post("/api/certificate", [:], headers: LimitTests.chaff),
                try await client.post("/v1/publish", [:], headers: LimitTests.chaff),
            ]
            #expect(answers.map(\.body.count) == answers.map { _ in Answering.paddedLength })
            #expect(answers.map(\.status) == [200, 400, 200, 400, 200, 401, 400, 200, 200, 200])
        }
    }

    @Test func `a fake request does nothing`() async throws {
        let place = try TestAuthority()
        try await place.serve { client in
            let code = try await client.issue()["code"] ?? ""
            _ = try await client.post("/api/verify", ["code": code], headers: LimitTests.chaff)
            #expect(try await client.verify(code).status == 200)
        }
    }

    @Test func `it is refused what a real one would be refused now`() async throws {
        let gatekeeper = Gatekeeper(AuthoritySettings())
        try await gatekeeper.admitFake(.verify)
        await gatekeeper.fail(.publish)
        try await gatekeeper.admitFake(.verify)
        await #expect(throws: Refusal.failed) { try await gatekeeper.admitFake(.publish) }
        await gatekeeper.learn(.milliseconds(5), of: .publish)
        try await gatekeeper.admitFake(.publish)
        for _ in 0...5000 { await gatekeeper.countGuess() }
        try await gatekeeper.admitFake(.certificate)
        let refusal = await #expect(throws: Refusal.self) { try await gatekeeper.admitFake(.verify) }
        #expect(refusal?.code == "maintenance_mode" && refusal?.status == 429)
    }

    @Test func `it takes as long as one of the last real ones, at most a second`() async throws {
        let gatekeeper = Gatekeeper(AuthoritySettings())
        for _ in 0..<200 { await gatekeeper.learn(.milliseconds(5), of: .verify) }
        for _ in 0..<200 { await gatekeeper.learn(.milliseconds(500), of: .publish) }
        for number in 0..<64 { await gatekeeper.learn(.milliseconds(100 + number), of: .verify) }
        var durations: Set<Duration> = []
        for _ in 0..<500 { durations.insert(await gatekeeper.usualDuration(of: .verify)) }
        #expect(durations.count > 20, "they differ as real ones do")
        #expect(durations.allSatisfy { .milliseconds(4) < $0 && $0 < .milliseconds(165) })
        for _ in 0..<128 { await gatekeeper.learn(.seconds(9), of: .verify) }
        let longest = await gatekeeper.usualDuration(of: .verify)
        #expect(longest == .seconds(1))
    }

    @Test func `a body of more than 64 KiB is refused`() async throws {
        let place = try TestAuthority()
        try await place.serve { client in
            let large = [UInt8](repeating: UInt8(ascii: " "), count: AuthorityContext.maximumBody + 1)
            for path in ["/api/verify", "/api/certificate", "/v1/publish"] {
                let answer = try await client.send(.post, path, body: large)
                #expect(answer.status == 413)
            }
        }
    }

    @Test(arguments: [
        "", "null", "[]", "{}", "{\"code\":1}", "{\"code\":\"\\u0000\"}", "{\"token\":\"x\",\"ekeyhmac\":\"AA\"}",
        "{\"temporaryExposureKeys\":[{\"key\":\"AA\",\"rollingStartNumber\":1e400}]}",
        "{\"bluezoneKeys\":[{\"key\":\"AA==\",\"day\":9223372036854775807,\"firstSlot\":-9223372036854775808,\"lastSlot\":1}],\"hmacKey\":\"AA==\"}",
        String(repeating: "[", count: 60_000), "\u{FEFF}{}", "\"\\ud800\"",
    ])
    func `odd requests are refused with a word`(text: String) async throws {
        let place = try TestAuthority()
        try await place.serve { client in
            for path in ["/api/verify", "/api/certificate", "/v1/publish"] {
                let answer = try await client.send(.post, path, body: Array(text.utf8))
                #expect((400...401).contains(answer.status), "\(path)")
                #expect(answer["error"]?.isEmpty == false)
            }
        }
    }

    @Test func `an address that asks too often waits, and is told how long`() async throws {
        let place = try TestAuthority {
            $0.verifyBurst = 5
            $0.verifySeconds = 100
        }
        try await place.serve { client in
            for number in 0..<5 {
                let early = try await client.verify("0000000\(number)")
                #expect(early.status == 400)
            }
            let answer = try await client.verify("00000009")
            #expect(answer.status == 429)
            #expect(answer["errorCode"] == "quota_exceeded")
            #expect((1...100).contains(Int(answer.headers[.retryAfter] ?? "") ?? 0))
        }
    }

    @Test func `one code is tried a few times only, from wherever`() async throws {
        let place = try TestAuthority()
        try await place.serve { client in
            var statuses: [Int] = []
            for _ in 0..<7 { statuses.append(try await client.verify("12345678").status) }
            #expect(statuses == [400, 400, 400, 400, 400, 429, 429])
            #expect(try await client.verify("12345679").status == 400)
        }
    }

    @Test func `guessing from many addresses closes the short codes and leaves the long ones`() async throws {
        let settings = AuthoritySettings()
        let gatekeeper = Gatekeeper(settings, guesses: GuessGuard(quarterLimit: 3))
        for number in 0..<4 {
            try await gatekeeper.admit("10.0.0.\(number)")
            try await gatekeeper.admit(code: "\(number)", .short)
            await gatekeeper.countGuess()
        }
        await #expect(throws: Refusal.self) { try await gatekeeper.admit(code: "another", .short) }
        try await gatekeeper.admit(code: "another", .long)
    }

    @Test func `a flood of codes, short or long, keeps no long code out`() async throws {
        let gatekeeper = Gatekeeper(
            AuthoritySettings(), guesses: GuessGuard(quarterLimit: .max, dayLimit: .max), maximumCodes: 10)
        var refused = 0
        for number in 0..<100 {
            do { try await gatekeeper.admit(code: "short \(number)", .short) } catch { refused += 1 }
        }
        #expect(refused == 85, "ten are counted by themselves, all others together, five times each")
        for number in 0..<100 { try await gatekeeper.admit(code: "long \(number)", .long) }
        for _ in 0..<100 { try await gatekeeper.admit(code: "a good one", .long) }
    }

    @Test func `a wrong API key can be tried ten times`() async throws {
        let place = try TestAuthority()
        try await place.serve { client in
            let wrong: HTTPFields = [HTTPField.Name("X-API-Key")!: "wrong"]
            var statuses: [Int] = []
            for _ in 0..<12 { statuses.append(try await client.post("/api/issue", [:], headers: wrong).status) }
            #expect(statuses == [Int](repeating: 401, count: 10) + [429, 429])
            #expect(try await client.issue().status == 200, "the right one goes on")
        }
    }

    @Test func `one household's IPv6 addresses count as one`() {
        #expect(PeerName.prefix(of: "2001:db8:1:2:3:4:5:6") == "2001:db8:1:2")
        #expect(PeerName.prefix(of: "2001:db8:1:2::9") == "2001:db8:1:2")
        #expect(PeerName.prefix(of: "2001:db8::9") == "2001:db8:0:0")
        #expect(PeerName.prefix(of: "::1") == "0:0:0:0")
        #expect(PeerName.prefix(of: "::ffff:10.1.2.3") == "10.1.2.3")
        #expect(PeerName.prefix(of: "fe80::1%eth0") == "fe80:0:0:0")
    }
}
