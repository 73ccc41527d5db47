// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityModel
internal import AuthorityStore
internal import Beacon
internal import HTTPTypes
internal import Hummingbird
internal import Logging

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
            try await answer(request, context, fault: DeviceRoutes.verifyFault) { try await verify(request, context) }
        }
        router.post("api/certificate") { request, context in
            try await answer(request, context, fault: DeviceRoutes.verifyFault) {
                try await certificate(request, context)
            }
        }
        router.post("v1/publish") { request, context in
            try await answer(request, context, fault: DeviceRoutes.publishFault) { try await publish(request, context) }
        }
    }

    /// A fake request, which hides the real ones, is read, answered after the same time and in the same length, and forgotten.
    private func answer(
        _ request: Request, _ context: AuthorityContext, fault: (Refusal) -> any PaddedAnswer,
        _ body: () async throws -> any PaddedAnswer
    ) async throws -> Response {
        let begin = ContinuousClock.now
        do {
            try await gatekeeper.admit(context.peer)
            // A device asks again after an error of the server's.
            guard watch?.jump == nil else { throw Refusal.failed }
            if request.isChaff { authority.metrics.count(.chaff) }
            if request.isChaff { return try await chaff(request, context, begin) }
            let answer = try await body()
            await gatekeeper.learn(ContinuousClock.now - begin)
            return try Answering.padded(answer)
        } catch let refusal as Refusal {
            authority.metrics.count(refusal)
            return try Answering.padded(fault(refusal), status: refusal.status, retryAfter: refusal.retryAfter)
        } catch {
            context.logger.error("\(request.uri.path): \(error)")
            return try Answering.padded(fault(.failed), status: Refusal.failed.status)
        }
    }

    private func chaff(
        _ request: Request, _ context: AuthorityContext, _ begin: ContinuousClock.Instant
    ) async throws -> Response {
        _ = try? await request.body.collect(upTo: AuthorityContext.maximumBody)
        let usual = await gatekeeper.usualDuration()
        try await Task.sleep(until: begin + usual, clock: .continuous)
        return try Answering.padded(PublishAnswer(revisionToken: randomBytes(60).base64, insertedExposures: 0))
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
    private func verify(_ request: Request, _ context: AuthorityContext) async throws -> any PaddedAnswer {
        let asked = try await Answering.read(VerifyRequest.self, request, context)
        guard let code = AccessCode(typed: asked.code) else { throw VerifyDesk.unknownCode }
        try await gatekeeper.admit(code: authority.secret.hash(code.text, for: .rate).base64, code.form)
        let accepted = Set((asked.accept ?? ["confirmed"]).compactMap(TestType.init(rawValue:)))
        do {
            let (confirmation, token) = try await VerifyDesk(authority)
                .claim(code, accepting: accepted, now: now().seconds)
            authority.metrics.count(.codesVerified, [.init(name: "type", value: confirmation.testType.rawValue)])
            return VerifyAnswer(
                testtype: confirmation.testType.rawValue, symptomDate: confirmation.symptomDay?.description ?? "",
                testDate: confirmation.testDay?.description ?? "", token: token,
                class: confirmation.testType == .negative ? "" : confirmation.testType.caseClass.rawValue)
        } catch let refusal as Refusal {
            if refusal == VerifyDesk.unknownCode && code.form == .short { await gatekeeper.countGuess() }
            throw refusal
        }
    }

    private func certificate(_ request: Request, _ context: AuthorityContext) async throws -> any PaddedAnswer {
        let asked = try await Answering.read(CertificateRequest.self, request, context)
        guard let mac = [UInt8](base64: asked.ekeyhmac), mac.count == 32 else {
            throw Refusal(400, "hmac_invalid", "ekeyhmac is not 32 bytes in Base64")
        }
        return CertificateAnswer(
            certificate: try await VerifyDesk(authority).certificate(asked.token, mac: mac, now: now().seconds))
    }

    private func publish(_ request: Request, _ context: AuthorityContext) async throws -> any PaddedAnswer {
        let asked = try await Answering.read(PublishRequest.self, request, context)
        guard let offer = asked.offer else { throw Refusal(400, "bad_request", "hmacKey is not Base64") }
        let receipt = try await PublishDesk(authority).publish(offer, now: now())
        authority.metrics.count(.publishes)
        authority.metrics.count(.keys, by: receipt.inserted)
        var answer = PublishAnswer(revisionToken: receipt.revisionToken, insertedExposures: receipt.inserted)
        if !receipt.dropped.isEmpty {
            answer.code = "partial_failure"
            answer.error = "\(receipt.dropped.count) of the keys were left out"
            // Each reason once: for sixty keys they would not fit into an answer's length.
            answer.warnings = Set(receipt.dropped.map(\.description)).sorted()
        }
        return answer
    }
}

extension Request {
    /// Whether the request only pretends to be one.
    var isChaff: Bool { headers.contains { $0.name.canonicalName == "x-chaff" } }
}
