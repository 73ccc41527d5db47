// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Cases
import Exposure
import Journal
import Platform
import TestSupport
import Testing

@testable import Station

/// Cases and encounters on one day, in the folders that a station looks into.
struct CaseScene {
    let folder: ScratchFolder
    let signer: CaseSigner
    /// The day of the encounters.
    let day = StationBench.day
    /// The evening of that day.
    var now: Timestamp { day.start.advanced(by: .seconds(75_600)) }

    var places: CaseDeskPlaces {
        CaseDeskPlaces(
            spool: folder.path + "/spool", keysFolder: folder.path + "/keys.d", state: folder.path + "/state")
    }

    init(_ folder: ScratchFolder) throws {
        self.folder = folder
        signer = CaseSigner(key: try SigningKey.random(), keyID: "test", keyVersion: "v1")
        try Folder.make(places.spool)
        try Folder.make(places.state)
    }

    /// Makes the signer's key one that counts.
    func installKey() throws {
        try folder.write(try signer.key.publicKey(name: "test-v1").pem, to: "keys.d/test-v1.pem")
    }

    func desk() throws -> CaseDesk {
        CaseDesk(places: places, policy: .standard, retentionDays: 14, executor: try TestThread.executor())
    }

    /// A desk that has read what the folders hold.
    func openedDesk() async throws -> CaseDesk {
        let desk = try desk()
        _ = await desk.open()
        return desk
    }

    /// The case's key of the day; every `byte` is another person.
    func key(_ format: BeaconFormat, _ byte: UInt8 = 7) throws -> DailyKey {
        try #require(DailyKey(format: format, bytes: [UInt8](repeating: byte, count: format.keyLength)))
    }

    /// A signed export of keys as it comes from the authority; `by` someone else when that is given.
    func export(
        _ keys: [DailyKey], by other: CaseSigner? = nil, hour: Int64 = 0, type: ReportType = .confirmedTest
    ) throws -> [UInt8] {
        let start = now.advanced(by: .seconds(3600 * hour))
        let header = CaseExportHeader(start: start, end: start.advanced(by: .seconds(3600)), region: "VN")
        let cases = keys.map { CaseKey(key: $0, rollingStart: day.firstInterval, reportType: type) }
        return try CaseExportWriter(header: header, keys: cases).archive(signedBy: [other ?? signer])
    }

    /// Puts an export into the spool.
    func publish(_ name: String, _ keys: [DailyKey], hour: Int64 = 0, type: ReportType = .confirmedTest) throws {
        try folder.write(try export(keys, hour: hour, type: type), to: "spool/" + name)
    }

    /// Writes into the journal that the owner of `key` was near from noon on, for so many minutes behind the first
    /// `skipping`.
    func hear(_ key: DailyKey, minutes: Int, skipping: Int = 0) throws {
        let folder = places.journal
        let writer = try retrying(while: JournalError.inUse(folder: folder)) {
            try JournalWriter(storage: DiskStorage(folder: folder))
        }
        try writer.append(
            stride(from: skipping, to: skipping + minutes, by: 5).map { sighting(of: key, minute: 720 + $0) })
        try writer.commit()
    }

    private func sighting(of key: DailyKey, minute: Int) -> Sighting {
        let slot = minute * 60_000 / Int(key.format.slotLength.wholeMilliseconds)
        let identifier = key.identifiers(firstInterval: day.firstInterval)[slot]
        let time = day.start.advanced(by: .seconds(Int64(minute) * 60))
        var metadata: UInt32 = 0
        if key.format == .exposureNotification {
            let word = ExposureNotificationMetadata(transmitPower: -20, confidence: 0).word
            metadata = ExposureNotificationDerivation(key: key.bytes).applyMetadataCipher(word, identifier: identifier)
        }
        return Sighting(
            payload: BeaconPayload(identifier: identifier, metadata: metadata), time: time,
            previousScan: time.advanced(by: .seconds(-300)), rssi: -60, meanRSSI: -62)
    }
}
