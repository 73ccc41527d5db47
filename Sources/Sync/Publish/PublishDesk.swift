// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import Platform
internal import Publishing
internal import Settings

/// Where the owner's tool and the timer come to: takes what was agreed, goes on with it, says how it stands.
struct PublishDesk {
    private let client: AuthorityClient?
    private let path: String
    private let chaff: ChaffChoice

    init(_ settings: Settings) {
        client = AuthorityClient(settings.publish)
        let spool = settings.cases.spool
        path = String(spool[..<(spool.lastIndex(of: "/") ?? spool.startIndex)]) + "/publish"
        chaff = settings.publish.chaff
    }

    /// Does what the owner's tool asks.
    func answer(_ request: PublishRequest, at now: Timestamp) throws(SystemError) -> PublishReport {
        // Where nothing was ever published there is nothing to forget, and no folder to make.
        if request == .forget, !Folder.exists(path) { return PublishReport(.none) }
        guard let client else { return PublishReport(.unconfigured) }
        do {
            let folder = try PublishFolder(path)
            return try answer(request, client, folder, now)
        } catch  where error.isLocked {
            return PublishReport(.busy)
        }
    }

    private func answer(
        _ request: PublishRequest, _ client: AuthorityClient, _ folder: PublishFolder, _ now: Timestamp
    ) throws(SystemError) -> PublishReport {
        let known = try folder.job(at: now)
        let run = PublishRun(client: client, folder: folder, now: now)
        switch request {
        case .ask: return known?.report ?? PublishReport(.none)
        case .withdraw:
            try folder.drop()
            return PublishReport(.none)
        case .forget:
            try folder.forget()
            return PublishReport(.none)
        case .goOn(let code):
            guard var job = known else { return PublishReport(.none) }
            // A code that came through before counts: the same command given again must not spend it twice.
            if let code, job.token == nil || job.report.state != .waiting {
                (job.code, job.token, job.certificate) = (code, nil, nil)
            }
            return try run.carryOn(job)
        case .publish(let code, let keys):
            // What was agreed before is not replaced unasked.
            if let known { return known.report }
            let job = PublishJob(agreed: now, keys: keys, code: code)
            try folder.store(job)
            return try run.carryOn(job)
        }
    }

    /// What the timer asks for: goes on with what waits; else, now and then, something that looks like it, and with that too until it
    /// is done. The report is of what is real; nil for nothing of the kind.
    func resume(at now: Timestamp, isChaffDue: () -> Bool) throws(SystemError) -> PublishReport? {
        guard let client else { return nil }
        let folder: PublishFolder
        do { folder = try PublishFolder(path) } catch  where error.isLocked { return nil }
        if let job = try folder.job(at: now), job.report.state == .waiting {
            try? folder.dropFake()
            return try PublishRun(client: client, folder: folder, now: now).carryOn(job)
        }
        if chaff == .no {
            try folder.dropFake()
            return nil
        }
        // What was begun goes on without mains power, as what is real does.
        var begun = try folder.fake(at: now)
        if begun == nil, Chaff.isWanted(chaff, isOnMains: MainsPower.isOn), isChaffDue() { begun = now }
        if let begun { try ChaffRun(client: client, folder: folder, begun: begun).carryOn() }
        return nil
    }
}
