// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityModel
internal import AuthorityStore
internal import Beacon
internal import HTTPTypes
internal import Hummingbird
internal import Logging

/// What officials' programs ask: `/api/issue`, with an API key.
struct AdminRoutes: Sendable {
    private let authority: Authority
    private let gatekeeper: Gatekeeper
    private let refusals: RefusalLog
    private let now: @Sendable () -> Timestamp
    private let watch: ClockWatch?

    init(
        _ authority: Authority, _ gatekeeper: Gatekeeper, now: @escaping @Sendable () -> Timestamp,
        watch: ClockWatch? = nil
    ) {
        self.authority = authority
        self.gatekeeper = gatekeeper
        refusals = RefusalLog(authority.console)
        self.now = now
        self.watch = watch
    }

    private struct IssueRequest: Decodable {
        var testType: String?
        /// `F0` or `F1`; an F1's test type is `recursive`.
        var `class`: String?
        var symptomDate: String?
        var testDate: String?
        var region: String?
    }

    private struct IssueAnswer: Encodable {
        var uuid: String
        var code: String
        var longCode: String
        /// When the code of eight digits ends to be good, for people and in Unix seconds; the long one below.
        var expiresAt: String
        var expiresAtTimestamp: Int64
        var longExpiresAt: String
        var longExpiresAtTimestamp: Int64
    }

    func add(to router: Router<AuthorityContext>) {
        router.post("api/issue") { request, context in
            do {
                return try Answering.json(try await issue(request, context))
            } catch let refusal as Refusal {
                authority.metrics.count(refusal)
                return try Answering.json(
                    VerifyFault(error: refusal.message, errorCode: refusal.code), status: refusal.status,
                    retryAfter: refusal.retryAfter)
            } catch {
                context.logger.error("\(request.uri.path): \(error)")
                return try Answering.json(
                    VerifyFault(error: Refusal.failed.message, errorCode: Refusal.failed.code), status: 500)
            }
        }
    }

    private func issue(_ request: Request, _ context: AuthorityContext) async throws -> IssueAnswer {
        guard let issuer = try await issuer(request) else {
            try await gatekeeper.countIntruder(context.peer)
            throw Refusal(401, "unauthorized", "the header X-API-Key must hold an official's key")
        }
        guard watch?.jump == nil else { throw Refusal.wrongClock }
        let asked = try confirmation(try await Answering.read(IssueRequest.self, request, context))
        let now = now()
        try await admit(issuer, now)
        let issued = try await IssueDesk(authority).issue(asked, issuer: issuer, way: "api", now: now)
        return IssueAnswer(
            uuid: issued.uuid, code: issued.short.text, longCode: issued.long.text,
            expiresAt: Timestamp(seconds: issued.shortExpires).rfc1123, expiresAtTimestamp: issued.shortExpires,
            longExpiresAt: Timestamp(seconds: issued.longExpires).rfc1123, longExpiresAtTimestamp: issued.longExpires)
    }

    /// Whose key the request has; nil when it has none or nobody's.
    private func issuer(_ request: Request) async throws -> String? {
        guard let name = HTTPField.Name("X-API-Key"), let key = request.headers[name] else { return nil }
        return try await authority.apiKeys.name(of: key)
    }

    /// Refuses an API key that issued too many codes of late, and writes that down.
    private func admit(_ issuer: String, _ now: Timestamp) async throws {
        do throws(Refusal) { try await gatekeeper.admit(issuer: issuer, way: "api") } catch {
            try await refusals.record(.limitReached, who: issuer, way: "api", detail: "issue", now: now.seconds)
            throw error
        }
    }

    private func confirmation(_ asked: IssueRequest) throws(Refusal) -> Confirmation {
        let isContact = asked.class.map { CaseClass(text: $0) } == .f1
        guard asked.class == nil || asked.class.map({ CaseClass(text: $0) }) != .some(nil),
            let type = TestType(rawValue: asked.testType ?? (isContact ? "recursive" : "confirmed")),
            !isContact || type == .recursive
        else {
            throw Refusal(
                400, "invalid_test_type", "testType is confirmed, likely, recursive or negative, and class F0 or F1")
        }
        return Confirmation(
            testType: type, symptomDay: try day(asked.symptomDate, "symptomDate"),
            testDay: try day(asked.testDate, "testDate"), region: asked.region ?? authority.settings.region)
    }

    private func day(_ text: String?, _ name: String) throws(Refusal) -> UTCDay? {
        guard let text, !text.isEmpty else { return nil }
        guard let day = UTCDay(text) else { throw Refusal(400, "invalid_date", "\(name) is not YYYY-MM-DD") }
        return day
    }
}
