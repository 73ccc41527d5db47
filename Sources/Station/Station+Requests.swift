// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import Cases
package import Control
internal import Exposure
internal import Journal
internal import Logging
internal import Platform
internal import Radio
internal import Settings

extension Station: ControlDelegate {
    package func status() -> StationStatus { currentStatus() }

    package func alerts() -> [AlertNotice] { desked.alerts.map(AlertNotice.init) }

    package func nearby() -> [NearbyBeacon] {
        let now = clock.now.boot
        return nearbyBeacons.all.map { neighbour in
            let reception = neighbour.reception
            return NearbyBeacon(
                identifier: reception.payload.identifier, rssi: reception.rssi,
                age: UInt32(clamping: (now - reception.time).wholeMilliseconds / 1000),
                samples: UInt32(clamping: neighbour.samples))
        }
    }

    package func pause(seconds: UInt32) async {
        let now = clock.now
        pause = Pause(until: seconds == 0 ? nil : now.boot + .seconds(Int64(seconds)))
        logger.notice("paused\(seconds == 0 ? " until resumed" : " for \(seconds) s")")
        rotate(.paused(true), now)
        await wake(.tick)
    }

    package func resume() async {
        guard pause != nil else { return }
        pause = nil
        logger.notice("resumed")
        await wake(.paused(false))
    }

    package func match() async throws(ControlRefusal) {
        guard clockTrust.isTrusted else {
            throw .failed("the clock is not synchronised yet, so nobody can say which days the cases are of")
        }
        await workOnCases(always: true)
    }

    package func forget() async throws(ControlRefusal) {
        let now = clock.now
        tally = WindowTally()
        held = []
        nearbyBeacons.removeAll()
        schedule = ScanSchedule(schedule.pattern)
        keys.removeAll()
        rotate(.newKeys, now)
        do {
            recorded = try await recorder.forget(at: now.wall)
            desked = try await desk.forget()
        } catch {
            throw .failed("not everything could be deleted: \(error)")
        }
        logger.notice("everything was forgotten")
        await wake(.tick)
        deskSink.yield()
    }

    /// Imports what lies in the spool, matches, and gives the owner the alerts that are news.
    package func workOnCases(always: Bool) async {
        guard clockTrust.isTrusted else { return }
        let now = clock.now
        let isDue = lastDeskWork.map { now.boot - $0 > .seconds(4 * 3600) } ?? true
        lastDeskWork = now.boot
        await verifyJournal(now.wall.day)
        var report = await desk.work(
            at: now.wall, ownKeys: keys.all, published: keys.closedDays, always: always || isDue)
        if report.lastMatch == nil {
            report.lastMatch = desked.lastMatch
        } else {
            let time = (report.matchTime ?? .zero).wholeMilliseconds
            logger.info("compared \(report.caseKeys) case keys in \(time) ms: \(report.matchedKeys) were heard")
        }
        for text in report.refused where !desked.refused.contains(text) { logger.error("case export refused: \(text)") }
        for text in report.troubles where !desked.troubles.contains(text) { logger.error("\(text)") }
        tellPolicy(report)
        if report.imported > 0 { logger.notice("imported \(report.imported) case exports") }
        let (news, hasChanged) = (report.news, report.alerts != desked.alerts)
        desked = report
        for alert in report.takenBack {
            logger.notice("the alert \(alert.level) of \(alert.day) is taken back: what was heard makes none any more")
        }
        for alert in news { await deliver(AlertNotice(alert)) }
        if hasChanged, let trouble = await desk.storeAlerts() { logger.error("\(trouble)") }
        await publish()
    }

    /// Tells what changed about the authority's policy.
    private func tellPolicy(_ report: CaseDeskReport) {
        if let text = report.policyRefusal, text != desked.policyRefusal { logger.error("policy refused: \(text)") }
        guard report.policy != desked.policy else { return }
        if let policy = report.policy {
            logger.notice(
                "policy \(policy.serial) of \(policy.region), signed by \(policy.signer), is in force until \(policy.until.day)"
            )
        } else {
            logger.warning("the program's own thresholds are in force again")
        }
    }

    /// Once a day, and some time after the start rather than before it: reads the whole journal for damage.
    private func verifyJournal(_ today: UTCDay) async {
        guard verified != today else { return }
        verified = today
        recorded = await recorder.verify()
        for sentence in recorded.damage.sentences { logger.error("the journal is damaged: \(sentence)") }
    }

    private func deliver(_ alert: AlertNotice) async {
        let language: MessageLanguage = settings.station.language == .vietnamese ? .vietnamese : .english
        AlertDelivery.send(alert, in: language, logger)
        await control?.announce(alert)
    }

    /// Watches the spool as soon as it exists.
    func watchSpool() {
        guard !isSpoolWatched, Folder.exists(settings.cases.spool) else { return }
        isSpoolWatched = (try? watcher.watch(folder: settings.cases.spool)) != nil
        // What arrived before the watch began.
        if isSpoolWatched { deskSink.yield() }
    }
}

extension AlertNotice {
    init(_ alert: Alert) {
        self.init(
            level: alert.level == .f1 ? .f1 : .f2, day: alert.day, minutes: UInt32(clamping: alert.minutes),
            format: alert.format)
    }
}
