// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import Platform
internal import Publishing
internal import Settings

/// Carries a publication on, from wherever it stopped, as far as it gets. What each step brings is on disk before the next.
struct PublishRun {
    /// Seconds that a certificate is used for; it is good for 900.
    private static let certificateLasts: Int64 = 600

    let client: AuthorityClient
    let folder: PublishFolder
    let now: Timestamp

    /// Goes on with `job`, and answers how it stands then. Throws when the disk refuses; the job stands as it did.
    ///
    /// However far it had come and comes, three requests go out: a fake one for each that is not needed any more, or not yet.
    /// Only a network that is away ends them.
    func carryOn(_ job: PublishJob) throws(SystemError) -> PublishReport {
        var job = job
        job.trouble = nil
        var accepted: AuthorityClient.Accepted?
        for step in AuthorityClient.Step.allCases {
            var isAway = false
            do throws(PublishTrouble) {
                if job.trouble != nil || !needs(step, job) {
                    let trouble = client.fake(step)
                    isAway = trouble?.word == PublishTrouble.network && !isBeyond(step, job)
                    if isAway, job.trouble == nil, let trouble { throw trouble }
                } else {
                    accepted = try take(step, &job)
                }
            } catch {
                note(error, &job)
                isAway = error.word == PublishTrouble.network
            }
            if accepted == nil { try folder.store(job) }
            if isAway { break }
        }
        guard let accepted else { return job.report }
        if let revision = accepted.revision {
            try folder.store(revision: revision, of: client.server.description, at: now)
        }
        try folder.drop()
        var report = job.report
        (report.state, report.sentence) = (.done, accepted.remark)
        return report
    }

    /// Whether the publication has what the host of this step is asked for, and another host has the rest.
    private func isBeyond(_ step: AuthorityClient.Step, _ job: PublishJob) -> Bool {
        step != .publish && !needs(.certificate, job) && client.verification != client.server
    }

    private func needs(_ step: AuthorityClient.Step, _ job: PublishJob) -> Bool {
        let isCertified = job.certificate.map { now.seconds &- $0.given.seconds < PublishRun.certificateLasts } ?? false
        return switch step {
        case .verify: !isCertified && job.token == nil
        case .certificate: !isCertified
        case .publish: true
        }
    }

    private func take(
        _ step: AuthorityClient.Step, _ job: inout PublishJob
    ) throws(PublishTrouble) -> AuthorityClient.Accepted? {
        switch step {
        case .verify:
            guard let code = job.code else { throw PublishTrouble(.code, "code_absent", "no code was given") }
            let verified = try client.verify(code)
            (job.code, job.token) = (nil, verified.token)
            (job.level, job.onset) = (verified.level, verified.onset)
        case .certificate:
            guard let token = job.token else { throw PublishTrouble(.code, "code_absent", "no code was given") }
            let code = KeyCertificate.code(over: job.keys, secret: job.secret)
            job.certificate = PublishJob.Certificate(text: try client.certificate(token, over: code), given: now)
        case .publish:
            let revision = folder.revision(of: client.server.description, at: now)
            return try client.publish(job, job.certificate?.text ?? "", revision: revision)
        }
        return nil
    }

    private func note(_ trouble: PublishTrouble, _ job: inout PublishJob) {
        job.trouble = trouble
        if trouble.kind == .code { (job.code, job.token, job.certificate) = (nil, nil, nil) }
        // The token may still be good for another certificate.
        if trouble.word == PublishTrouble.badCertificate { job.certificate = nil }
    }
}
