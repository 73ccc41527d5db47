// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityModel
internal import AuthorityStore
internal import Beacon
internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import NIOCore

/// What devices ask: `/api/verify`, `/api/certificate`, `/v1/publish`.
struct DeviceRoutes: Sendable {
    private let authority: Authority
    private let gatekeeper: Gatekeeper
    private let now: @Sendable () -> Timestamp
    private let watch: ClockWatch?

    init(
        _ authority: Authority, _ gatekeeper: Gatekeeper, now: @escaping @Sendable () -> Timestamp,
        watch: ClockWatch? = nil
    ) {
        self.authority = authority
        self.gatekeeper = gatekeeper
        self.now = now
        self.watch = watch
    }

    func add(to router: Router<AuthorityContext>) {
        router.post("api/verify") { request, context in
            try await answer(.verify, request, context, fault: DeviceRoutes.verifyFault, verify)
        }
        router.post("api/certificate") { request, context in
            try await answer(.certificate, request, context, fault: DeviceRoutes.verifyFault, certificate)
        }
        router.post("v1/publish") { request, context in
            try await answer(.publish, request, context, fault: DeviceRoutes.publishFault, publish)
        }
    }

    /// A fake request, which hides the real ones, is read, answered after the same time and in the same length, and forgotten. So is
    /// one that is refused: what takes the time of a granted one looks granted.
    private func answer(
        _ step: DeviceStep, _ request: Request, _ context: AuthorityContext, fault: (Refusal) -> any PaddedAnswer,
        _ grant: (ByteBuffer) async throws -> any PaddedAnswer
    ) async throws -> Response {
        // From when the whole request is there: how long its bytes were on the way is nothing that the server could imitate.
        var begin: ContinuousClock.Instant?
        do {
            try await gatekeeper.admit(context.peer)
            // A device asks again after an error of the server's.
            guard watch?.jump == nil else { throw Refusal.failed }
            let body = try await Answering.body(of: request)
            let now = ContinuousClock.now
            begin = now
            if request.isChaff {
                authority.metrics.count(.chaff)
                try await gatekeeper.admitFake(step)
                await wait(step, since: now)
                return try Answering.padded(
                    PublishAnswer(revisionToken: randomBytes(60).base64, insertedExposures: 0))
            }
            let answer = try await grant(body)
            await gatekeeper.learn(ContinuousClock.now - now, of: step)
            return try Answering.padded(answer)
        } catch let refusal as Refusal {
            authority.metrics.count(refusal)
            if let begin { await wait(step, since: begin) }
            return try Answering.padded(fault(refusal), status: refusal.status, retryAfter: refusal.retryAfter)
        } catch {
            context.logger.error("\(request.uri.path): \(error)")
            await gatekeeper.fail(step)
            if let begin { await wait(step, since: begin) }
            return try Answering.padded(fault(.failed), status: Refusal.failed.status)
        }
    }

    private func wait(_ step: DeviceStep, since begin: ContinuousClock.Instant) async {
        let usual = await gatekeeper.usualDuration(of: step)
        // Ended early, by a server that stops, there is nobody to be hidden from.
        try? await Task.sleep(until: begin + usual, clock: .continuous)
    }

    private static func verifyFault(_ refusal: Refusal) -> any PaddedAnswer {
        VerifyFault(error: refusal.message, errorCode: refusal.code)
    }

    private static func publishFault(_ refusal: Refusal) -> any PaddedAnswer {
        // The publish API's words for what every request can have wrong.
        let code =
            switch refusal.code {
            case Refusal.unparsable.code, Refusal.tooLarge.code: "bad_request"
            case Refusal.failed.code: "internal_error"
            default: refusal.code
            }
        return PublishFault(error: refusal.message, code: code)
    }
}

extension DeviceRoutes {
    private func verify(_ body: ByteBuffer) async throws -> any PaddedAnswer {
        let asked = try Answering.read(VerifyRequest.self, body)
        guard let code = AccessCode(typed: asked.code) else { throw VerifyDesk.unknownCode }
        try await gatekeeper.admit(code: authority.secret.hash(code.text, for: .rate).base64, code.form)
        do {
            let (confirmation, token) = try await VerifyDesk(authority)
                .claim(code, accepting: asked.acceptedTypes, now: now().seconds)
            authority.metrics.count(.codesVerified, [.init(name: "type", value: confirmation.testType.rawValue)])
            return VerifyAnswer(
                testtype: confirmation.testType.rawValue, symptomDate: confirmation.symptomDay?.description,
                testDate: confirmation.testDay?.description, token: token,
                class: confirmation.testType == .negative ? "" : confirmation.testType.caseClass.rawValue)
        } catch let refusal as Refusal {
            if refusal == VerifyDesk.unknownCode && code.form == .short { await gatekeeper.countGuess() }
            throw refusal
        }
    }

    private func certificate(_ body: ByteBuffer) async throws -> any PaddedAnswer {
        let asked = try Answering.read(CertificateRequest.self, body)
        guard let mac = [UInt8](base64: asked.ekeyhmac), mac.count == 32 else {
            throw Refusal(400, "hmac_invalid", "ekeyhmac is not 32 bytes in Base64")
        }
        return CertificateAnswer(
            certificate: try await VerifyDesk(authority).certificate(asked.token, mac: mac, now: now().seconds))
    }

    private func publish(_ body: ByteBuffer) async throws -> any PaddedAnswer {
        let asked = try Answering.read(PublishRequest.self, body)
        guard let offer = asked.offer else { throw Refusal(400, "bad_request", "hmacKey is not Base64") }
        let receipt = try await PublishDesk(authority).publish(offer, now: now())
        authority.metrics.count(.publishes)
        authority.metrics.count(.keys, by: receipt.inserted)
        var answer = PublishAnswer(revisionToken: receipt.revisionToken, insertedExposures: receipt.inserted)
        if !receipt.dropped.isEmpty {
            // Each reason once: for sixty keys they would not fit into an answer's length.
            answer.warnings = Set(receipt.dropped.map(\.description)).sorted()
        }
        // Keys that are only far from the onset are no fault of the client's. Google's server warns of them and no more, because clients on
        // iOS do not understand a partial success.
        if receipt.dropped.contains(where: { $0 != .farFromOnset }) {
            answer.code = "partial_failure"
            answer.error = "\(receipt.dropped.count) of the keys were left out"
        }
        return answer
    }
}

extension Request {
    /// Whether the request only pretends to be one.
    var isChaff: Bool { headers.contains { $0.name.canonicalName == "x-chaff" } }
}
