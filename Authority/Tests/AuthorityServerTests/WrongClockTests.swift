// SPDX-License-Identifier: GPL-3.0-or-later

import AuthorityModel
import Beacon
import Hummingbird
import HummingbirdTesting
import Logging
import Testing

@testable import AuthorityServer

/// Somebody sets the server's clock while it runs. `place.clock` is the wall's, `steady` the one that nobody can set.
struct WrongClockTests {
    private let place: TestAuthority
    private let steady = TestClock(1000)
    private let watch: ClockWatch

    init() throws {
        place = try TestAuthority()
        watch = ClockWatch(
            now: { [clock = place.clock] in clock.now }, steady: { [steady] in Double(steady.now.seconds) })
    }

    /// Time passes as it should.
    private func pass(_ seconds: Int64) {
        place.clock.advance(seconds)
        steady.advance(seconds)
    }

    private func service() -> ExportService {
        ExportService(
            place.authority, logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() },
            now: { [clock = place.clock] in clock.now }, speed: 1, watch: watch)
    }

    private func serve(_ body: @escaping @Sendable (TestClient) async throws -> Void) async throws {
        let clock = place.clock
        let program = AuthorityProgram(
            place.authority, logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }, now: { clock.now },
            watch: watch)
        try await Application(router: program.router()).test(.router) { client in
            try await body(TestClient(client: client, apiKey: place.apiKey))
        }
    }

    private func publish(_ keys: DeviceKeys) async throws {
        try await serve { client in
            let answer = try await client.publish(keys)
            #expect(answer.status == 200)
        }
    }

    @Test(arguments: [-86_400 * 400, -3600, -301, 301, 7200, 86_400 * 400] as [Int64])
    func `a jump is noticed and forgiven when the clock is back`(jump: Int64) {
        pass(86_400)
        #expect(watch.jump == nil)
        place.clock.advance(jump)
        #expect(watch.jump == Double(jump))
        pass(86_400)
        #expect(watch.jump == Double(jump), "that it lasts makes it no better")
        place.clock.advance(-jump)
        #expect(watch.jump == nil)
    }

    @Test func `a clock that is slewed is no jump, however far it gets`() {
        for _ in 0..<100 {
            pass(3600)
            place.clock.advance(60)
            #expect(watch.jump == nil)
        }
    }

    @Test func `a clock set forward a year exports and deletes nothing`() async throws {
        try await publish(DeviceKeys(days: 2, before: place.today))
        _ = await service().export()
        var today = DeviceKeys(days: 1, before: place.today + 1)
        today.exposure = [(randomBytes(16), place.today * 144, 50)]
        today.bluezone = []
        try await publish(today)
        let before = try place.lines()
        #expect(before.count == 2)

        place.clock.advance(365 * 86_400)
        #expect(await service().export() == .seconds(60), "it looks again in a minute")
        #expect(try place.lines() == before)
        #expect(try place.sql("SELECT count(*) FROM keys") == "5")

        place.clock.advance(-365 * 86_400)
        #expect(await service().export() == .seconds(3600))
        #expect(try place.lines() == before, "the embargo holds")
        pass(3 * 3600)
        _ = await service().export()
        #expect(try place.lines().count == 3)
    }

    @Test(arguments: [-86_400, 86_400] as [Int64])
    func `nothing is taken in by a wrong clock, and all of it later`(jump: Int64) async throws {
        let keys = DeviceKeys(days: 14, before: place.today)
        try await serve { client in
            let certificate = try await client.certificate(client.token(), keys)["certificate"] ?? ""
            place.clock.advance(jump)
            let answer = try await client.publish(certificate, keys)
            #expect(answer.status == 500)
            #expect(answer["code"] == "internal_error", "which devices try again after")
            #expect(answer.body.count == Answering.paddedLength)
            #expect(try await client.send(.get, "/healthz").status == 503)
            place.clock.advance(-jump)
            #expect(try await client.publish(certificate, keys)["insertedExposures"] == "28")
            #expect(try await client.send(.get, "/healthz").status == 200)
        }
    }

    @Test(arguments: [-3600, 600, 86_400 * 400] as [Int64])
    func `no code is issued and no device counted by a wrong clock`(jump: Int64) async throws {
        try await serve { client in
            place.clock.advance(jump)
            let issued = try await client.issue()
            #expect(issued.status == 503)
            #expect(issued["errorCode"] == "clock_wrong" && issued["error"]?.contains("clock") == true)
            let counted = try await client.post("/v1/count", ["province": "VN-04"])
            #expect(counted.status == 500, "after which a device counts itself later")
            #expect(counted.body.count == Answering.paddedLength)
            #expect(try place.sql("SELECT (SELECT count(*) FROM codes) + (SELECT count(*) FROM adoption)") == "0")
            place.clock.advance(-jump)
            #expect(try await client.issue()["code"]?.count == 8)
            #expect(try await client.post("/v1/count", ["province": "VN-04"]).status == 200)
        }
    }

    @Test(arguments: [-3600, 600] as [Int64])
    func `the console issues no code and lets nobody in by a wrong clock`(jump: Int64) async throws {
        try await place.addOfficials()
        let fields = ["class": "confirmed", "region": "VN-04", "symptom": "", "test": ""]
        try await serve { client in
            let browser = try await ConsoleClient.signedIn(client, "lan")
            place.clock.advance(jump)
            let page = try await browser.post("/console/issue", fields, page: "/console/issue")
            #expect(page.status == 503 && page.code == nil)
            #expect(page.text.contains("Đồng hồ của máy chủ bị sai"))
            let other = try await ConsoleClient(client).signIn("minh")
            #expect(other.status == 503 && other.text.contains("Đồng hồ của máy chủ bị sai"))
            place.clock.advance(-jump)
            #expect(try await browser.post("/console/issue", fields, page: "/console/issue").code != nil)
            _ = try await ConsoleClient.signedIn(client, "minh")
        }
        #expect(try place.sql("SELECT count(*) FROM codes") == "1")
    }

    @Test func `a clock of a demonstration begins where it is told to and runs as fast`() {
        let begin = Timestamp.now.seconds
        let clock = ServerClock(speed: 3600, start: 1_795_216_800, origin: UInt32(begin))
        let shown = clock.now.seconds
        #expect((0...4 * 3600).contains(shown - 1_795_216_800))
        #expect(abs(ServerClock().now.seconds - begin) <= 2)
    }
}
