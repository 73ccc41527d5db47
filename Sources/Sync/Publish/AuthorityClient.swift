// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import Platform
internal import Publishing
internal import Settings

/// The health authority's verification server and its publish server, as a device speaks to them.
///
/// Whoever watches the network sees three requests of fixed lengths, whether they are real or fake.
struct AuthorityClient {
    /// The requests of one publication, in their order.
    enum Step: String, CaseIterable {
        case verify = "api/verify"
        case certificate = "api/certificate"
        case publish = "v1/publish"

        /// Bytes that a body is filled up to a multiple of.
        var bodyUnit: Int { self == .publish ? 8192 : 2048 }
    }

    /// What a code was exchanged for.
    struct Verified: Hashable {
        var token: String
        var level: String
        var onset: UTCDay?
    }

    /// What the publish server said of keys that it took.
    struct Accepted: Hashable {
        /// To be sent with every later publication.
        var revision: String?
        /// Empty, unless it took some of them only.
        var remark: String
    }

    private static let answerBytes = 65_536

    let server: SourceURL
    let verification: SourceURL
    let apiKey: String?
    let authority: String

    /// Nil when no server is configured.
    init?(_ settings: Settings.Publish) {
        guard let server = settings.server else { return nil }
        self.server = server
        verification = settings.verification ?? server
        apiKey = settings.apiKey
        authority = settings.authority
    }

    /// Exchanges a code for a token.
    func verify(_ code: PublishCode) throws(PublishTrouble) -> Verified {
        let kinds: [JSONValue] = [.string("confirmed"), .string("likely"), .string("recursive"), .string("negative")]
        let answer = try ask(.verify, [("code", .string(code.text)), ("accept", .array(kinds))])
        guard let token = answer["token"]?.text.flatMap(opaque) else { throw .senseless(.verify) }
        let type = answer["testtype"]?.text
        let level = answer["class"]?.text ?? (type == "recursive" ? "F1" : "F0")
        return Verified(
            token: token, level: type == "negative" ? PublishReport.takenBack : level == "F1" ? "F1" : "F0",
            onset: answer["symptomDate"]?.text.flatMap { UTCDay($0) })
    }

    /// Exchanges a token and the code over the keys for a certificate.
    func certificate(_ token: String, over keys: [UInt8]) throws(PublishTrouble) -> String {
        let answer = try ask(.certificate, [("token", .string(token)), ("ekeyhmac", .string(base64(keys)))])
        guard let certificate = answer["certificate"]?.text.flatMap(opaque) else { throw .senseless(.certificate) }
        return certificate
    }

    /// Hands over the keys of a job. `revision` is what the server answered the last time.
    func publish(_ job: PublishJob, _ certificate: String, revision: String?) throws(PublishTrouble) -> Accepted {
        func keys(_ format: BeaconFormat) -> JSONValue {
            .array(job.keys.filter { $0.key.format == format }.map(\.json))
        }
        var members: [(String, JSONValue)] = [
            ("temporaryExposureKeys", keys(.exposureNotification)), ("bluezoneKeys", keys(.bluezone)),
            ("healthAuthorityID", .string(authority)), ("verificationPayload", .string(certificate)),
            ("hmacKey", .string(base64(job.secret))), ("traveler", .bool(false)),
            ("revisionToken", .string(revision ?? "")),
        ]
        if let onset = job.onset { members.append(("symptomOnsetInterval", .integer(Int64(onset.firstInterval)))) }
        let answer = try ask(.publish, members)
        let isPartial = answer["code"]?.text == "partial_failure"
        // Keys that are far from the onset of symptoms are left out without an error.
        let warning = answer["warnings"]?.values?.first?.text
        let isWhole = !isPartial && warning == nil
        let remark = (isPartial ? answer["error"]?.text : nil) ?? warning ?? "the server took some of the keys only"
        return Accepted(
            revision: answer["revisionToken"]?.text.flatMap(opaque), remark: isWhole ? "" : plain(remark))
    }

    /// Sends what looks like this step and means nothing. Answers what would make a real one wait: a network or a server in trouble.
    @discardableResult func fake(_ step: Step) -> PublishTrouble? {
        let noise = JSONValue.string(KeyCertificate.newSecret().hex)
        do throws(PublishTrouble) {
            let (status, answer) = try post(step, [("code", noise), ("token", noise)], isChaff: true)
            let trouble = trouble(step, status, answer)
            return status == 200 || trouble.kind != .passing ? nil : trouble
        } catch {
            return error
        }
    }

    /// The answer to a step, when it is a good one.
    private func ask(_ step: Step, _ members: [(String, JSONValue)]) throws(PublishTrouble) -> JSONValue {
        let (status, answer) = try post(step, members, isChaff: false)
        let word = word(of: answer)
        guard status == 200, let answer, word.isEmpty || word == "partial_failure" else {
            throw trouble(step, status, answer)
        }
        return answer
    }

    private func word(of answer: JSONValue?) -> String {
        answer?["errorCode"]?.text ?? answer?["code"]?.text ?? ""
    }

    private func trouble(_ step: Step, _ status: Int, _ answer: JSONValue?) -> PublishTrouble {
        PublishTrouble(
            step, status: status, word: plain(word(of: answer)), sentence: plain(answer?["error"]?.text ?? ""))
    }

    private func post(
        _ step: Step, _ members: [(String, JSONValue)], isChaff: Bool
    ) throws(PublishTrouble) -> (Int, JSONValue?) {
        let place = step == .publish ? server : verification
        // Both headers have the same length; the server looks for the first.
        var headers = ["Content-Type: application/json", "Expect:", isChaff ? "X-Chaff: 1" : "X-Plain: 1"]
        if step != .publish, let apiKey { headers.append("X-API-Key: " + apiKey) }
        let content = Content()
        let request = TransferRequest(
            url: place.appending(step.rawValue), maximumBytes: AuthorityClient.answerBytes,
            body: padded(members, to: step.bodyUnit), headers: headers)
        do {
            let answer = try fetch(request) { _, bytes throws(SystemError) in
                content.bytes += bytes.indices.map { bytes[$0] }
            }
            return (answer.status, JSONValue(content.bytes))
        } catch {
            throw PublishTrouble(.passing, PublishTrouble.network, error.description)
        }
    }
}

/// The object with `padding` at its end, so that its length is a multiple of `unit`.
func padded(_ members: [(String, JSONValue)], to unit: Int) -> String {
    let bare = JSONValue.members(members + [("padding", .string(""))]).spelled.utf8.count
    let length = (unit - bare % unit) % unit
    var random = SystemRandomNumberGenerator()
    let noise = (0..<(length + 1) / 2).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    return JSONValue.members(members + [("padding", .string(String(noise.hex.prefix(length))))]).spelled
}

/// A token or certificate as it is sent back: plain text without blanks.
private func opaque(_ text: String) -> String? {
    (1...8192).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) } ? text : nil
}

/// A server's words as they may be shown: short, and nothing that a terminal acts upon.
func plain(_ text: String) -> String {
    String(
        String.UnicodeScalarView(text.unicodeScalars.filter { $0.properties.generalCategory != .control }.prefix(200)))
}
