// SPDX-License-Identifier: GPL-3.0-or-later
// What devices send and get, as the published verification and publish servers of Exposure Notification have it. Members that
// are not ours are passed over.

internal import AuthorityModel

struct VerifyRequest: Decodable {
    var code: String
    /// Words of `TestType`, and others that this server never answers.
    var accept: [String]?

    /// The types that the client takes, by the rules of the published server: who takes a less certain one takes the more certain ones
    /// too, and who names none takes all. `recursive`, of which these rules know nothing, is for who names it alone.
    var acceptedTypes: Set<TestType> {
        guard let accept, !accept.isEmpty else { return VerifyRequest.types(of: "negative") }
        return accept.reduce(into: Set<TestType>()) { $0.formUnion(VerifyRequest.types(of: $1)) }
    }

    private static func types(of word: String) -> Set<TestType> {
        switch word.lowercased() {
        case "confirmed", "user-report": [.confirmed]
        case "likely": [.confirmed, .likely]
        case "negative": [.confirmed, .likely, .negative]
        case "recursive": [.recursive]
        default: []
        }
    }
}

struct CertificateRequest: Decodable {
    var token: String
    /// HMAC-SHA256 over the keys, in Base64.
    var ekeyhmac: String
}

struct PublishRequest: Decodable {
    struct ExposureKey: Decodable {
        var key: String
        var rollingStartNumber: Int64
        var rollingPeriod: Int64?
        var transmissionRisk: Int64?
    }

    struct BluezoneKey: Decodable {
        var key: String
        var day: Int64
        var firstSlot: Int64
        var lastSlot: Int64
    }

    var temporaryExposureKeys: [ExposureKey]?
    var bluezoneKeys: [BluezoneKey]?
    var healthAuthorityID: String?
    var verificationPayload: String?
    var hmacKey: String?
    /// The spelling of Google's documents; their server takes both.
    var hmackey: String?
    var symptomOnsetInterval: Int64?
    var revisionToken: String?

    /// The same for the desk; nil when the key of the HMAC is not Base64.
    var offer: PublishDesk.Offer? {
        guard let macKey = [UInt8](base64: hmacKey ?? hmackey ?? "") else { return nil }
        let exposure = (temporaryExposureKeys ?? []).map { key in
            KeyOffer(
                key: key.key,
                validity: .intervals(
                    start: key.rollingStartNumber, period: key.rollingPeriod ?? 144, risk: key.transmissionRisk))
        }
        let bluezone = (bluezoneKeys ?? []).map { key in
            KeyOffer(key: key.key, validity: .slots(day: key.day, first: key.firstSlot, last: key.lastSlot))
        }
        return PublishDesk.Offer(
            keys: exposure + bluezone, healthAuthorityID: healthAuthorityID ?? "",
            certificate: verificationPayload ?? "",
            macKey: macKey, onsetInterval: symptomOnsetInterval == 0 ? nil : symptomOnsetInterval,
            revisionToken: revisionToken ?? "")
    }
}

/// An answer that is filled up to a fixed length, so that who sees only lengths on the wire learns nothing.
protocol PaddedAnswer: Encodable, Sendable {
    var padding: String { get set }
}

struct VerifyAnswer: PaddedAnswer {
    var testtype: String
    /// Left out where nobody told them.
    var symptomDate: String?
    var testDate: String?
    var token: String
    /// `F0` or `F1`.
    var `class`: String
    var padding = ""
}

struct CertificateAnswer: PaddedAnswer {
    var certificate: String
    var padding = ""
}

struct PublishAnswer: PaddedAnswer {
    var revisionToken: String
    var insertedExposures: Int
    /// `partial_failure` when some keys could not be taken.
    var error: String?
    var code: String?
    /// For which reasons keys were left out.
    var warnings: [String]?
    var padding = ""
}

/// A refusal by the verification API.
struct VerifyFault: PaddedAnswer {
    var error: String
    var errorCode: String
    var padding = ""
}

/// A refusal by the publish API.
struct PublishFault: PaddedAnswer {
    var error: String
    var code: String
    var padding = ""
}
