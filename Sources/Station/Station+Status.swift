// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import Cases
internal import Control
internal import Exposure
internal import Journal
internal import Logging
internal import Platform
internal import Radio
internal import Settings

extension Station {
    /// Everything the station says about itself now.
    func currentStatus() -> StationStatus {
        let now = clock.now
        var status = StationStatus()
        status.state = state
        status.adapter = adapter ?? ""
        status.adapterModel = models.first ?? ""
        status.correction = calibration.correction
        status.radiatedPower = metadata.transmitPower
        status.chipPower = chosenPower ?? 127
        status.confidence = (AdapterCalibration.Confidence(rawValue: metadata.confidence) ?? .lowest).word
        status.formats = onAir.map(\.identifier.format)
        if recorded.day == now.wall.day {
            status.sightingsToday = UInt32(clamping: recorded.sightingsToday)
            status.identifiersToday = UInt32(clamping: recorded.identifiersToday)
            status.replaysToday = UInt32(clamping: recorded.replaysToday)
        }
        status.lastSighting = recorded.lastSighting.map { Timestamp(seconds: $0.seconds) }
        status.lastMatch = desked.lastMatch.map { Timestamp(seconds: $0.seconds) }
        status.lastImport = desked.lastImport.map { Timestamp(seconds: $0.seconds) }
        status.caseKeys = UInt32(clamping: desked.caseKeys)
        status.alertLevel =
            switch desked.alerts.map(\.level).max() {
            case .f1: .f1
            case .f2: .f2
            case nil: .none
            }
        status.journalBytes = UInt64(clamping: recorded.journalBytes)
        status.daysRecorded = UInt32(clamping: min(recorded.daysRecorded, settings.journal.retentionDays))
        status.daysKept = UInt32(clamping: settings.journal.retentionDays)
        status.pausedUntil = pause?.until.map { Timestamp(seconds: now.wall(at: $0).seconds) }
        status.scanProfile = listeningProfile
        status.listeningShare = UInt32(clamping: Int((listening.share(at: now.boot) * 100).rounded()))
        status.ownHeard = UInt32(clamping: own.heard)
        status.scanWay = ear?.way
        status.lostReports = UInt64(clamping: lostReports + recorded.leftOut)
        if settings.radio.kind == .bluez {
            if settings.radio.readsIPhones { status.handover.append(.read) }
            if settings.radio.servesIdentifier { status.handover.append(.serve) }
        }
        status.handoversRead = UInt32(clamping: handovers.answered)
        status.handoversFailed = UInt32(clamping: handovers.failed)
        describePolicy(&status)
        status.warnings = warnings
        return status
    }

    private func describePolicy(_ status: inout StationStatus) {
        status.policyOverrides = settings.policy.map { "\($0.key)=\($0.value)" }
        guard let standing = desked.policy else { return }
        status.policySerial = UInt64(clamping: standing.serial)
        status.policyRegion = standing.region
        status.policySigner = standing.signer
        status.policySince = Timestamp(seconds: standing.since.seconds)
        status.policyUntil = Timestamp(seconds: standing.until.seconds)
        status.policyEntries = standing.entries.map { "\($0.key)=\($0.value)" }
    }

    private var state: StationStatus.State {
        if pause != nil { return .paused }
        switch radioState {
        case nil: return .starting
        case .noBus, .noDaemon, .off, .blocked, .exposed: return .blocked
        case .noAdapter: return .noAdapter
        case .ready: return clockTrust.isTrusted ? .running : .clockUntrusted
        }
    }

    private var warnings: [StationWarning] {
        var warnings: [StationWarning] = []
        switch radioState {
        case .noBus, .noDaemon: warnings.append(StationWarning(.bluetoothAbsent))
        case .noAdapter: warnings.append(StationWarning(.adapterAbsent, detail: settings.radio.adapter ?? ""))
        case .off: warnings.append(StationWarning(.adapterOff))
        case .blocked: warnings.append(StationWarning(.radioKilled))
        case .exposed: warnings.append(StationWarning(.adapterExposed))
        case .ready, nil: break
        }
        switch refusal {
        case .refused(let name, let message):
            warnings.append(StationWarning(.advertisingRefused, detail: message.isEmpty ? name : message))
        case .deaf(let name, let message):
            warnings.append(StationWarning(.scanRefused, detail: message.isEmpty ? name : message))
        case .noSlot(onAir: 1...): warnings.append(StationWarning(.slotsShared))
        case .noSlot: warnings.append(StationWarning(.advertisingRefused, detail: "no free advertising slot"))
        case .notReady, nil: break
        }
        if rotation.isBetweenKeys { warnings.append(StationWarning(.keysClosed)) }
        if let obstacle = ear?.obstacle { warnings.append(StationWarning(.scanWayRefused, detail: obstacle)) }
        if isSilentAround { warnings.append(StationWarning(.nothingHeard)) }
        if own.isRelayed(at: clock.now.boot) { warnings.append(StationWarning(.relayed)) }
        if !clockTrust.isTrusted { warnings.append(StationWarning(.clockUntrusted)) }
        switch recorded.trouble {
        case .full: warnings.append(StationWarning(.diskFull))
        case .some(let trouble): warnings.append(StationWarning(.journalDamaged, detail: trouble.description))
        case nil: break
        }
        var damage = recorded.damage
        for report in desked.damage ?? [] { damage.note(report) }
        warnings += Self.warnings(of: damage)
        if let settingsProblem { warnings.append(StationWarning(.settingsRefused, detail: settingsProblem)) }
        for refusal in desked.refused.prefix(3) { warnings.append(StationWarning(.exportRefused, detail: refusal)) }
        if let text = desked.policyRefusal { warnings.append(StationWarning(.policyRefused, detail: text)) }
        if desked.isPolicyExpired { warnings.append(StationWarning(.policyExpired)) }
        if !desked.hasAuthority { warnings.append(StationWarning(.authorityAbsent)) }
        if let last = desked.lastImport, clock.now.wall.duration(since: last) > .seconds(2 * 86_400) {
            warnings.append(StationWarning(.casesStale))
        }
        return warnings
    }

    /// The first three damaged files by name, the rest by their number.
    private static func warnings(of damage: JournalDamage) -> [StationWarning] {
        let sentences = damage.sentences
        var details = Array(sentences.prefix(3))
        if sentences.count > 3 { details.append("\(sentences.count - 3) more files are damaged") }
        return details.map { StationWarning(.journalDamaged, detail: $0) }
    }
}
