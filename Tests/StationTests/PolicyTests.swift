// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Cases
import Control
import Exposure
import Glibc
import Platform
import Testing

@testable import Station

/// The authority's policy: what is taken, what is not, and what it changes.
@Suite struct PolicyTests {
    let scene: CaseScene

    init() throws {
        scene = try CaseScene(ScratchFolder())
        try scene.installKey()
    }

    private func offer(
        _ serial: Int64, _ entries: [(String, String)] = [("AlertMinutes", "30")], region: String = "VN",
        issued: Int64 = -3600, days: Int64 = 90, by other: CaseSigner? = nil
    ) throws {
        let start = scene.now.advanced(by: .seconds(issued))
        let document = PolicyDocument(
            region: region, serial: serial, issued: start, validUntil: start.advanced(by: .seconds(days * 86_400)),
            entries: entries.map { .init(key: $0.0, value: $0.1) })
        try scene.folder.write(try #require(try document.signed(by: [other ?? scene.signer])), to: "spool/policy.txt")
    }

    private func desk(overrides: [(String, String)] = [], regions: Set<String>? = ["VN"]) async throws -> CaseDesk {
        let entries = overrides.map { PolicyDocument.Entry(key: $0.0, value: $0.1) }
        let desk = CaseDesk(
            places: scene.places, policy: try Policy(entries: overrides.map { ($0.0, $0.1) }), overrides: entries,
            regions: regions, retentionDays: 14, executor: try TestThread.executor())
        _ = await desk.open()
        return desk
    }

    private func work(_ desk: CaseDesk, days: Int64 = 0) async -> CaseDeskReport {
        await desk.work(at: scene.now.advanced(by: .seconds(days * 86_400)), ownKeys: [], always: false)
    }

    @Test func `a policy is taken, judges anew what was heard, and stays after a restart`() async throws {
        let desk = try await desk()
        try scene.hear(scene.key(.bluezone), minutes: 20)
        try scene.publish("one.zip", [scene.key(.bluezone)])
        try offer(1)
        let strict = await work(desk)
        #expect(strict.imported == 1 && strict.news.isEmpty && strict.policyRefusal == nil && strict.refused.isEmpty)
        #expect(strict.policy?.serial == 1 && strict.policy?.signer == "test-v1" && strict.policy?.since == scene.now)
        try offer(2, [("AlertMinutes", "10")])
        let loose = await work(desk)
        #expect(loose.imported == 0 && loose.news.map(\.minutes) == [20], "judged without a new export")

        try Folder.remove(scene.places.offeredPolicy)
        let again = try await self.desk()
        let after = await work(again, days: 1)
        #expect(after.policy?.serial == 2 && after.policy?.since == Timestamp(seconds: scene.now.seconds))
    }

    @Test func `an older policy, or another of the same number, changes nothing`() async throws {
        let desk = try await desk()
        try offer(5)
        #expect(await work(desk).policy?.serial == 5)
        for (serial, word) in [(Int64(4), "policy 5 is newer"), (5, "same number")] {
            try offer(serial, [("AlertMinutes", "20")])
            let report = await work(desk)
            #expect(report.policyRefusal?.contains(word) == true && report.policy?.serial == 5)
            #expect(report.policy?.entries.first?.value == "30")
            let restarted = await work(try await self.desk())
            #expect(restarted.policyRefusal?.contains(word) == true && restarted.policy?.serial == 5)
        }
        try offer(5)
        #expect(await work(desk).policyRefusal == nil, "the same one again is no fault")
    }

    @Test func `an older policy stays refused when another region's was in force in between`() async throws {
        let regions: Set = ["VN", "VN-04"]
        let desk = try await desk(regions: regions)
        try offer(5)
        #expect(await work(desk).policy?.serial == 5)
        try offer(1, region: "VN-04")
        #expect(await work(desk).policy?.region == "VN-04")
        try offer(4, [("AlertMinutes", "20")])
        for desk in [desk, try await self.desk(regions: regions)] {
            let report = await work(desk)
            #expect(report.policyRefusal?.contains("policy 5 is newer") == true && report.policy?.region == "VN-04")
        }
        try offer(5)
        let back = await work(desk)
        #expect(back.policy?.serial == 5 && back.policyRefusal == nil, "the newest of a region may come back")

        try Folder.remove(scene.places.keysFolder + "/test-v1.pem")
        let next = CaseSigner(key: try SigningKey.random(), keyID: "test", keyVersion: "v2")
        try scene.folder.write(try next.key.publicKey(name: "test-v2").pem, to: "keys.d/test-v2.pem")
        let rekeyed = try await self.desk(regions: regions)
        for region in regions {
            try offer(1, region: region, by: next)
            #expect(await work(rekeyed).policy?.region == region, "numbers of a key that is gone count no more")
        }
    }

    @Test func `a policy that is foreign, over, to come, absurd or not signed is refused with a word`() async throws {
        let other = CaseSigner(key: try SigningKey.random(), keyID: "test", keyVersion: "v1")
        let foreign = CaseSigner(key: try SigningKey.random(), keyID: "262", keyVersion: "v1")
        let offers: [(String, () throws -> Void)] = [
            ("changed or signed by another", { try offer(9, by: other) }), ("262-v1", { try offer(9, by: foreign) }),
            ("another region", { try offer(9, region: "LA") }), ("good until", { try offer(9, issued: -91 * 86_400) }),
            ("is to come", { try offer(9, issued: 2 * 86_400) }),
            ("do not alert", { try offer(9, [("AlertMinutes", "1440")]) }),
            ("no such policy key", { try offer(9, [("Whatever", "1")]) }),
            ("begins with", { try scene.folder.write("garbage\n", to: "spool/policy.txt") }),
            ("bytes", { try scene.folder.write([UInt8](repeating: 65, count: 40_000), to: "spool/policy.txt") }),
        ]
        let desk = try await desk()
        for (word, put) in offers {
            try put()
            let report = await work(desk)
            #expect(report.policyRefusal?.contains(word) == true, "\(report.policyRefusal ?? "taken")")
            #expect(report.policy == nil && !Folder.exists(scene.places.policy))
        }
    }

    @Test func `a link, a pipe or a folder in its place is refused, and what a link leads to is not told`() async throws
    {
        try scene.folder.write("top secret\n", to: "state/own")
        let path = scene.places.offeredPolicy
        let puts: [() -> Int32] = [
            { symlink(scene.places.state + "/own", path) }, { mkfifo(path, 0o644) }, { mkdir(path, 0o755) },
            { symlink("/dev/zero", path) },
        ]
        let desk = try await desk()
        for put in puts {
            #expect(put() == 0)
            let report = await work(desk)
            #expect(report.policyRefusal?.contains("policy.txt") == true && report.policy == nil)
            #expect(report.policyRefusal?.contains("secret") == false)
            #expect(remove(path) == 0)
        }
    }

    @Test func `when its time is over the program's own thresholds are in force, and its number still counts`()
        async throws
    {
        let desk = try await desk()
        try offer(3, days: 10)
        #expect(await work(desk).policy?.serial == 3)
        let over = await work(desk, days: 11)
        #expect(over.policy == nil && over.isPolicyExpired && over.policyRefusal == nil)
        try offer(2, days: 30)
        #expect(await work(desk, days: 11).policyRefusal?.contains("policy 3 is newer") == true)
        try offer(4, days: 30)
        let next = await work(desk, days: 11)
        #expect(next.policy?.serial == 4 && !next.isPolicyExpired)
    }

    @Test func `what the owner set wins, and what contradicts it is refused`() async throws {
        let desk = try await desk(overrides: [("AlertMinutes", "10"), ("NearAttenuation", "60")])
        try scene.hear(scene.key(.bluezone), minutes: 20)
        try scene.publish("one.zip", [scene.key(.bluezone)])
        try offer(1, [("AlertMinutes", "30")])
        let report = await work(desk)
        #expect(report.policy?.serial == 1 && report.news.count == 1, "20 minutes are more than the owner's 10")
        try offer(2, [("MediumAttenuation", "57"), ("NearAttenuation", "50")])
        let other = await work(desk)
        #expect(other.policyRefusal?.contains("contradicts") == true && other.policy?.serial == 1)
    }

    @Test func `a policy whose key was taken away counts no more, nor does its number`() async throws {
        try offer(900)
        #expect(await work(try await desk()).policy?.serial == 900)
        try Folder.remove(scene.places.keysFolder + "/test-v1.pem")
        let next = CaseSigner(key: try SigningKey.random(), keyID: "test", keyVersion: "v2")
        try scene.folder.write(try next.key.publicKey(name: "test-v2").pem, to: "keys.d/test-v2.pem")
        let desk = try await desk()
        #expect(await work(desk).policy == nil)
        try offer(1, by: next)
        #expect(await work(desk).policy?.serial == 1)
    }

    @Test func `the station says which policy is in force, and what is wrong with another`() async throws {
        try await StationBench.run(in: scene.folder, at: 75_600) { bench in
            try offer(7, [("AlertMinutes", "30"), ("NearAttenuation", "50")])
            await bench.station.workOnCases(always: false)
            let status = await bench.station.status()
            #expect(status.policySerial == 7 && status.policyRegion == "VN" && status.policySigner == "test-v1")
            #expect(status.policyEntries == ["AlertMinutes=30", "NearAttenuation=50"])
            #expect(status.policySince != nil && status.policyUntil != nil)
            #expect(bench.log.lines.contains { $0.contains("policy 7 of VN, signed by test-v1, is in force") })
            try offer(6)
            await bench.station.workOnCases(always: false)
            #expect(await bench.warnings().map(\.kind) == [.policyRefused])
            #expect(bench.log.lines.contains { $0.hasPrefix("error") && $0.contains("policy 7 is newer") })
            #expect(await bench.station.status().policySerial == 7)
        }
    }
}
