// SPDX-License-Identifier: GPL-3.0-or-later
// From F0 to F1 to F2: what contacts of contacts are told, and what nobody is told about himself.

import Beacon
import Cases
import Control
import Exposure
import Platform
import Testing

@testable import Station

@Suite struct ChainTests {
    let scene: CaseScene

    init() throws {
        scene = try CaseScene(ScratchFolder())
        try scene.installKey()
    }

    @Test(arguments: BeaconFormat.allCases)
    func `near a contact of a case is F2, in both formats`(format: BeaconFormat) async throws {
        let desk = try await scene.openedDesk()
        try scene.hear(scene.key(format), minutes: 20)
        try scene.publish("f1.zip", [scene.key(format)], type: .recursive)
        let report = await desk.work(at: scene.now, ownKeys: [], always: false)
        #expect(report.news == [Alert(level: .f2, day: scene.day, minutes: 20, format: format)])
    }

    @Test func `an F1 of the same day outranks the F2, whichever is known first`() async throws {
        let desk = try await scene.openedDesk()
        let (case0, contact) = (try scene.key(.bluezone, 1), try scene.key(.bluezone, 2))
        try scene.hear(case0, minutes: 15)
        try scene.hear(contact, minutes: 60)
        try scene.publish("f1.zip", [contact], type: .recursive)
        #expect(await desk.work(at: scene.now, ownKeys: [], always: false).news.map(\.level) == [.f2])
        try scene.publish("f0.zip", [case0], hour: 1)
        let report = await desk.work(at: scene.now, ownKeys: [], always: false)
        #expect(report.news.map(\.level) == [.f1] && report.alerts.first?.level == .f1)
        try scene.publish("more.zip", [try scene.key(.bluezone, 3)], hour: 2, type: .recursive)
        #expect(await desk.work(at: scene.now, ownKeys: [], always: true).news.isEmpty)
    }

    @Test(arguments: [ReportType.confirmedTest, .recursive])
    func `own keys alert nobody, as a case's or as a contact's, also those that were closed`(type: ReportType)
        async throws
    {
        let desk = try await scene.openedDesk()
        var ring = KeyRing()
        let mine = ring.wholeDay(.bluezone, scene.day)
        _ = ring.close(scene.day, before: scene.day.end)
        let read = KeyRing(text: ring.text)
        try scene.hear(mine, minutes: 60)
        try scene.publish("mine.zip", [mine], type: type)
        let report = await desk.work(at: scene.now, ownKeys: read.all, always: false)
        #expect(report.matchedKeys == 0 && report.news.isEmpty)
    }

    @Test func `the keys of one's own contact do not come back as an F2 about the day that one published`() async throws
    {
        let desk = try await scene.openedDesk()
        var ring = KeyRing()
        _ = ring.wholeDay(.bluezone, scene.day)
        let contact = try scene.key(.bluezone, 2)
        try scene.hear(contact, minutes: 60)
        try scene.publish("f1.zip", [contact], type: .recursive)
        _ = ring.close(scene.day, before: scene.day.end)
        let report = await desk.work(at: scene.now, ownKeys: ring.all, published: ring.closedDays, always: false)
        #expect(report.matchedKeys == 1 && report.news.isEmpty)
        let other = await desk.work(at: scene.now, ownKeys: ring.all, published: [], always: true)
        #expect(other.news.map(\.level) == [.f2], "without it, it would")
    }

    @Test func `a station that published tells its desk`() async throws {
        let folder = try ScratchFolder()
        let scene = try CaseScene(folder)
        try scene.installKey()
        let contact = try scene.key(.bluezone, 2)
        try scene.hear(contact, minutes: 60)
        try await StationBench.run(in: folder, at: 80_000) { bench in
            try await bench.begin()
            // Its first look at the cases knows nothing of what is handed out meanwhile.
            try await eventually("the first look") { await bench.station.status().lastMatch != nil }
            _ = try await bench.station.handOutKeys(of: [scene.day])
            try scene.publish("f1.zip", [contact], type: .recursive)
            await bench.station.workOnCases(always: true)
            #expect(await bench.station.alerts().isEmpty)
            #expect(await bench.station.status().caseKeys == 1)
        }
    }
}
