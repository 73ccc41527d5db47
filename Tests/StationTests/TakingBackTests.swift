// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Cases
import Exposure
import Platform
import Testing

@testable import Station

/// Alerts whose reason was taken back.
@Suite struct TakingBackTests {
    let scene: CaseScene

    init() throws {
        scene = try CaseScene(ScratchFolder())
        try scene.installKey()
    }

    /// Puts an export into the spool that revises keys.
    private func revise(_ keys: [DailyKey], to type: ReportType, hour: Int64 = 1) throws {
        let start = scene.now.advanced(by: .seconds(3600 * hour))
        let header = CaseExportHeader(start: start, end: start.advanced(by: .seconds(3600)), region: "VN")
        let cases = keys.map { CaseKey(key: $0, rollingStart: scene.day.firstInterval, reportType: type) }
        let writer = try CaseExportWriter(header: header, keys: [], revisedKeys: cases)
        try scene.folder.write(try writer.archive(signedBy: [scene.signer]), to: "spool/revised-\(hour).zip")
    }

    private func work(_ desk: CaseDesk, days: Int64 = 0, always: Bool = false) async -> CaseDeskReport {
        await desk.work(at: scene.now.advanced(by: .seconds(days * 86_400)), ownKeys: [], always: always)
    }

    @Test(arguments: BeaconFormat.allCases)
    func `the alert of a key that is revoked is taken back, for good`(format: BeaconFormat) async throws {
        let desk = try await scene.openedDesk()
        try scene.hear(scene.key(format), minutes: 20)
        try scene.publish("one.zip", [scene.key(format)])
        let alerts = await work(desk).news
        #expect(alerts.count == 1)
        try revise([scene.key(format)], to: .revoked)
        let report = await work(desk)
        #expect(report.takenBack == alerts && report.alerts.isEmpty && report.news.isEmpty && report.matchedKeys == 0)
        #expect(await desk.storeAlerts() == nil)
        let again = try await scene.openedDesk()
        #expect(await work(again, always: true).alerts.isEmpty)
    }

    @Test func `what another case supports stays, with its own minutes`() async throws {
        let desk = try await scene.openedDesk()
        try scene.hear(scene.key(.bluezone, 7), minutes: 20)
        try scene.hear(scene.key(.bluezone, 8), minutes: 25, skipping: 60)
        try scene.publish("one.zip", [scene.key(.bluezone, 7), scene.key(.bluezone, 8)])
        #expect(await work(desk).alerts.map(\.minutes) == [45])
        try revise([scene.key(.bluezone, 7)], to: .revoked)
        let report = await work(desk)
        #expect(report.takenBack.isEmpty && report.news.isEmpty && report.alerts.map(\.minutes) == [25])
    }

    @Test func `an F2 whose contact was no contact is taken back, and an F1 that became none beside an F2 shows it`()
        async throws
    {
        let desk = try await scene.openedDesk()
        try scene.hear(scene.key(.bluezone, 7), minutes: 20)
        try scene.hear(scene.key(.bluezone, 8), minutes: 25, skipping: 60)
        try scene.publish("one.zip", [scene.key(.bluezone, 7)])
        try scene.publish("two.zip", [scene.key(.bluezone, 8)], hour: 1, type: .recursive)
        #expect(await work(desk).alerts.map(\.level) == [.f1])
        try revise([scene.key(.bluezone, 7)], to: .revoked, hour: 2)
        let later = await work(desk)
        #expect(later.takenBack.map(\.level) == [.f1] && later.news.map(\.level) == [.f2])
        try revise([scene.key(.bluezone, 8)], to: .revoked, hour: 3)
        let end = await work(desk)
        #expect(end.takenBack.map(\.level) == [.f2] && end.alerts.isEmpty)
    }

    @Test func `other thresholds take back what they do not ask for`() async throws {
        let desk = try await scene.openedDesk()
        try scene.hear(scene.key(.bluezone), minutes: 20)
        try scene.publish("one.zip", [scene.key(.bluezone)])
        #expect(await work(desk).news.count == 1)
        var policy = Policy.standard
        policy.alertMinutes = 30
        await desk.use(policy, retentionDays: 14)
        #expect(await work(desk).takenBack.count == 1)
        await desk.use(.standard, retentionDays: 14)
        #expect(await work(desk).news.count == 1, "and the other way round")
    }

    @Test func `an alert stays when what it came from is gone, damaged or too long ago`() async throws {
        try scene.hear(scene.key(.bluezone), minutes: 20)
        try scene.publish("one.zip", [scene.key(.bluezone)])
        let desk = try await scene.openedDesk()
        #expect(await work(desk).news.count == 1)
        // Somebody else's key is revoked.
        try revise([scene.key(.bluezone, 99)], to: .revoked)
        #expect(await work(desk).alerts.count == 1)
        #expect(await work(desk, days: 15, always: true).alerts.count == 1, "no longer kept is not taken back")
        #expect(await desk.storeAlerts() == nil)

        for name in try Folder.names(in: scene.places.journal) where !name.hasPrefix(".") {
            try Folder.remove(scene.places.journal + "/" + name)
        }
        let bare = try await scene.openedDesk()
        let report = await work(bare, always: true)
        #expect(report.matchedKeys == 0 && report.takenBack.isEmpty && report.alerts.count == 1)
    }
}
