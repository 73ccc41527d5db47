// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Cases
import Exposure
import Journal
import Platform
import Testing

@testable import Station

/// A comparison that is stopped goes on, and loses and repeats nothing.
struct MatchProgressTests {
    private let folder: ScratchFolder
    private let scene: CaseScene

    init() throws {
        folder = try ScratchFolder()
        scene = try CaseScene(folder)
        try scene.installKey()
    }

    @Test func `what is stored is what comes back`() throws {
        var progress = MatchProgress(revisions: [[UInt8](repeating: 3, count: 32)])
        let day = scene.day
        let run = DayRun(keyDays: day...day.advanced(by: 3))
        progress.note(.init(digest: [UInt8](repeating: 1, count: 32), run: run), [])
        let keys = [
            CaseKey(key: try scene.key(.bluezone), rollingStart: day.firstInterval),
            CaseKey(
                key: try scene.key(.exposureNotification), rollingStart: day.firstInterval + 5, rollingPeriod: 9,
                reportType: .recursive, daysSinceOnset: -3, transmissionRisk: 8),
        ]
        progress.note(.init(digest: [UInt8](repeating: 2, count: 32), run: run), keys)
        #expect(MatchProgress(text: progress.text) == progress)
        #expect(MatchProgress(text: MatchProgress(revisions: []).text) == MatchProgress(revisions: []))
    }

    @Test func `anything else is a new beginning`() {
        let texts = [
            "", "bluezone-matching 1\n", "bluezone-matching 2\nend\n", "bluezone-matching 1\nkey 00 1 1 1 - 0\nend\n",
            "bluezone-matching 1\nunit 00 2026-11-20\nend\n", "bluezone-matching 1\nrevision 0\nend\n",
            "bluezone-matching 1\nunit 00 2026-11-20 2026-11-19\nend\n",
        ]
        for text in texts { #expect(MatchProgress(text: text) == nil) }
    }

    @Test func `what a stopped comparison had done is not done again, and its alert comes`() async throws {
        try scene.hear(scene.key(.bluezone), minutes: 20)
        try scene.publish("one.zip", [scene.key(.bluezone)])
        let first = try scene.desk()
        _ = await first.open()
        #expect(await first.work(at: scene.now, ownKeys: [], always: true).news.count == 1)
        // As a crash before the alert was told leaves it: the unit is done, and its file can no longer be read.
        try await first.storeProgress()
        try damageImports()
        let second = try scene.desk()
        _ = await second.open()
        let report = await second.work(at: scene.now, ownKeys: [], always: true)
        #expect(report.troubles.isEmpty && report.news.map(\.minutes) == [20])
        #expect(await second.storeAlerts() == nil)
        // The next one compares everything, and says what it cannot read.
        let third = try scene.desk()
        _ = await third.open()
        let next = await third.work(at: scene.now, ownKeys: [], always: true)
        #expect(next.news.isEmpty && next.troubles.count == 1 && next.alerts.map(\.minutes) == [20])
    }

    @Test func `sightings that come after a unit was done are found by the next comparison`() async throws {
        try scene.hear(scene.key(.bluezone, 9), minutes: 20)
        try scene.publish("one.zip", [scene.key(.bluezone), scene.key(.bluezone, 9)])
        let first = try scene.desk()
        _ = await first.open()
        #expect(await first.work(at: scene.now, ownKeys: [], always: true).news.map(\.minutes) == [20])
        try await first.storeProgress()
        try scene.hear(scene.key(.bluezone), minutes: 20)
        let second = try scene.desk()
        _ = await second.open()
        #expect(await second.work(at: scene.now, ownKeys: [], always: true).news.map(\.minutes) == [20])
        #expect(await second.storeAlerts() == nil)
        #expect(await second.work(at: scene.now, ownKeys: [], always: true).news.map(\.minutes) == [40])
    }

    @Test func `a comparison that is stopped ends at once and says nothing`() async throws {
        try scene.hear(scene.key(.bluezone), minutes: 20)
        try scene.publish("one.zip", [scene.key(.bluezone)])
        let desk = try scene.desk()
        _ = await desk.open()
        let (now, turnstile) = (scene.now, Turnstile(room: 0))
        let task = Task {
            await turnstile.enter()
            return await desk.work(at: now, ownKeys: [], always: true)
        }
        task.cancel()
        await turnstile.leave()
        let report = await task.value
        #expect(report.lastMatch == nil && report.news.isEmpty)
        #expect(await desk.work(at: scene.now, ownKeys: [], always: true).news.count == 1)
    }

    private func damageImports() throws {
        for name in try Folder.names(in: scene.places.cases) where name.hasSuffix(".export") {
            var bytes = try Folder.contents(of: scene.places.cases + "/" + name)
            bytes[bytes.count - 3] ^= 1
            try Folder.replace(scene.places.cases + "/" + name, with: bytes)
        }
    }
}

extension CaseDesk {
    /// Stores the progress of the last comparison as if it were still under way.
    fileprivate func storeProgress() throws {
        try Folder.make(places.alertsFolder)
        try Folder.replace(places.progress, with: Array(progress.text.utf8))
    }
}
