// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Cases
import Exposure
import Platform
import Testing

@testable import Station

/// Exports come, are compared with the journal, and alert once.
@Suite struct CaseDeskTests {
    let scene: CaseScene

    init() throws {
        scene = try CaseScene(ScratchFolder())
        try scene.installKey()
    }

    @Test(arguments: BeaconFormat.allCases)
    func `a key that was heard long enough alerts once`(format: BeaconFormat) async throws {
        let desk = try await scene.openedDesk()
        try scene.hear(scene.key(format), minutes: 20)
        try scene.publish("one.zip", [scene.key(format), scene.key(format, 8), scene.key(format, 9)])
        let first = await desk.work(at: scene.now, ownKeys: [], always: false)
        #expect(first.news == [Alert(level: .f1, day: scene.day, minutes: 20, format: format)])
        #expect(first.imported == 1 && first.caseKeys == 3 && first.matchedKeys == 1)
        #expect(first.lastImport == scene.now && first.lastMatch == scene.now && first.matchTime != nil)
        #expect(first.hasAuthority && first.refused.isEmpty && first.troubles.isEmpty)

        let second = await desk.work(at: scene.now, ownKeys: [], always: true)
        #expect(second.news.isEmpty && second.alerts == first.news)
        #expect(second.imported == 0 && second.caseKeys == 3 && second.lastMatch == scene.now)
        let third = await desk.work(at: scene.now, ownKeys: [], always: false)
        #expect(third.lastMatch == nil && third.alerts == first.news)
    }

    @Test func `after a restart the alert is listed and not given again`() async throws {
        try scene.hear(scene.key(.bluezone), minutes: 20)
        try scene.publish("one.zip", [scene.key(.bluezone)])
        let first = try await scene.openedDesk()
        let alerts = await first.work(at: scene.now, ownKeys: [], always: true).news
        #expect(alerts.count == 1)
        #expect(await first.storeAlerts() == nil)
        let desk = try scene.desk()
        let found = await desk.open()
        #expect(found.alerts == alerts && found.caseKeys == 1 && found.hasAuthority && found.troubles.isEmpty)
        let report = await desk.work(at: scene.now, ownKeys: [], always: true)
        #expect(report.news.isEmpty && report.alerts == alerts && report.imported == 0)
    }

    @Test func `an alert that a crash kept from its owner is given after it`() async throws {
        try scene.hear(scene.key(.bluezone), minutes: 20)
        try scene.publish("one.zip", [scene.key(.bluezone)])
        let first = try await scene.openedDesk()
        #expect(await first.work(at: scene.now, ownKeys: [], always: true).news.count == 1)
        let second = try await scene.openedDesk()
        #expect(await second.work(at: scene.now, ownKeys: [], always: true).news.count == 1)
    }

    @Test func `a longer exposure of the same day alerts again`() async throws {
        let desk = try await scene.openedDesk()
        let key = try scene.key(.bluezone)
        try scene.hear(key, minutes: 20)
        try scene.publish("one.zip", [key])
        #expect(await desk.work(at: scene.now, ownKeys: [], always: false).news.map(\.minutes) == [20])
        try scene.hear(key, minutes: 15, skipping: 20)
        let report = await desk.work(at: scene.now, ownKeys: [], always: true)
        #expect(report.news.map(\.minutes) == [35] && report.alerts == report.news)
    }

    @Test func `a short exposure is a match and no alert`() async throws {
        let desk = try await scene.openedDesk()
        try scene.hear(scene.key(.bluezone), minutes: 5)
        try scene.publish("one.zip", [scene.key(.bluezone)])
        let report = await desk.work(at: scene.now, ownKeys: [], always: false)
        #expect(report.matchedKeys == 1 && report.news.isEmpty && report.alerts.isEmpty)
    }

    @Test func `our own published keys never alert us`() async throws {
        let desk = try await scene.openedDesk()
        try scene.hear(scene.key(.bluezone), minutes: 20)
        try scene.publish("one.zip", [scene.key(.bluezone)])
        let report = await desk.work(at: scene.now, ownKeys: [try scene.key(.bluezone)], always: false)
        #expect(report.imported == 1 && report.matchedKeys == 0 && report.news.isEmpty)
    }

    @Test func `an export that was imported before a crash is compared after it`() async throws {
        try scene.hear(scene.key(.bluezone), minutes: 20)
        var store = try CaseKeyStore(folder: scene.places.cases)
        let (keys, _) = try AuthorityKeys.read(folder: scene.places.keysFolder)
        let export = try scene.export([scene.key(.bluezone)])
        _ = try store.importExport(.archive(export), signedBy: keys, today: scene.day)
        try Folder.remove(scene.places.cases + "/ledger")
        #expect(try CaseKeyStore(folder: scene.places.cases).recovered.count == 1)

        let desk = try scene.desk()
        #expect(await desk.open().caseKeys == 1)
        #expect(await desk.work(at: scene.now, ownKeys: [], always: true).news.map(\.minutes) == [20])
    }

    @Test func `stricter thresholds hold from the next comparison on`() async throws {
        let desk = try await scene.openedDesk()
        try scene.hear(scene.key(.bluezone), minutes: 20)
        try scene.publish("one.zip", [scene.key(.bluezone)])
        var policy = Policy.standard
        policy.alertMinutes = 30
        await desk.use(policy, retentionDays: 14)
        #expect(await desk.work(at: scene.now, ownKeys: [], always: true).news.isEmpty)
        policy.alertMinutes = 10
        await desk.use(policy, retentionDays: 14)
        #expect(await desk.work(at: scene.now, ownKeys: [], always: true).news.count == 1)
    }

    @Test func `keys of days that are no longer kept go, and so do their alerts in the end`() async throws {
        let desk = try await scene.openedDesk()
        try scene.hear(scene.key(.bluezone), minutes: 20)
        try scene.publish("one.zip", [scene.key(.bluezone)])
        #expect(await desk.work(at: scene.now, ownKeys: [], always: true).caseKeys == 1)
        let later = scene.now.advanced(by: .seconds(86_400 * 15))
        let report = await desk.work(at: later, ownKeys: [], always: true)
        #expect(report.caseKeys == 0 && report.alerts.count == 1 && report.news.isEmpty)
        let end = await desk.work(at: scene.now.advanced(by: .seconds(86_400 * 31)), ownKeys: [], always: true)
        #expect(end.alerts.isEmpty)
    }

    @Test func `damaged lines among the stored alerts are told and left out`() async throws {
        try scene.folder.write("F1 2026-11-19 17 bluezone\n\u{0}nonsense\n", to: "state/alerts/alerts")
        let report = await (try scene.desk()).open()
        #expect(report.alerts.map(\.minutes) == [17])
        #expect(report.troubles.contains { $0.contains("1 damaged") })
    }

    @Test func `what is forgotten is gone, and comes again only from the spool`() async throws {
        let desk = try await scene.openedDesk()
        try scene.hear(scene.key(.bluezone), minutes: 20)
        try scene.publish("one.zip", [scene.key(.bluezone)])
        _ = await desk.work(at: scene.now, ownKeys: [], always: true)
        #expect(await desk.storeAlerts() == nil)
        let report = try await desk.forget()
        #expect(report.alerts.isEmpty && report.caseKeys == 0 && report.lastImport == nil)
        let left = try scene.folder.files(in: "state").keys
        #expect(left.allSatisfy { $0.hasPrefix("journal/") })
        #expect(await desk.work(at: scene.now, ownKeys: [], always: false).imported == 1)
    }
}
