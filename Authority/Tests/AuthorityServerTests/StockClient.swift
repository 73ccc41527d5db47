// SPDX-License-Identifier: GPL-3.0-or-later

import AuthorityModel
import Cases
import HTTPTypes
import Testing

/// A device with a client that was made for the published servers, and knows nothing of Bluezone: it sends what such clients do, letter
/// for letter, and takes what it is answered for what the published API says.
struct StockClient: Sendable {
    /// Whose requests they are.
    enum Manner: CaseIterable, Sendable {
        /// Those of Google's client for Android.
        case android
        /// Those that Google's documents describe, with whatever they let a client leave out; PathCheck's client sends `hmackey` and
        /// names no types either.
        case documents
    }

    struct Key: Sendable {
        var bytes = randomBytes(16)
        /// Intervals of ten minutes since 1970.
        var start: Int64
        /// Nil where the client says nothing of it.
        var period: Int64? = 144

        fileprivate var offer: KeyOffer {
            KeyOffer(key: bytes.base64, validity: .intervals(start: start, period: period ?? 144, risk: nil))
        }
    }

    let client: TestClient
    let manner: Manner
    /// The first interval of the day of the first symptoms, when the device's owner told it.
    var onset: Int64?
    private let macKey = randomBytes(32)

    init(_ client: TestClient, _ manner: Manner = .documents, onset: Int64? = nil) {
        self.client = client
        self.manner = manner
        self.onset = onset
    }

    /// What the verification server of Google's asks for and this one does not.
    private var headers: HTTPFields {
        [.contentType: "application/json; charset=utf-8", HTTPField.Name("X-API-Key")!: "a key for devices"]
    }

    /// At least 1 KiB, as the documents want it.
    private var padding: String { randomBytes(1024 + Int.random(in: 0...1024)).base64 }

    func verify(_ code: String) async throws -> TestClient.Answer {
        var body: [String: Any] = ["code": code, "padding": padding]
        if manner == .android { body["accept"] = ["confirmed", "likely", "negative", "user-report"] }
        return try await client.post("/api/verify", body, headers: headers)
    }

    func certificate(_ token: String, _ keys: [Key]) async throws -> TestClient.Answer {
        // Where no risk is sent, the HMAC is made without.
        let mac = KeyMAC.code(of: keys.map(\.offer), key: macKey, withRisk: manner == .android)
        let body: [String: Any] = ["token": token, "ekeyhmac": mac.base64, "padding": padding]
        return try await client.post("/api/certificate", body, headers: headers)
    }

    private func object(_ key: Key) -> [String: Any] {
        var object: [String: Any] = ["key": key.bytes.base64, "rollingStartNumber": key.start]
        if let period = key.period { object["rollingPeriod"] = period }
        if manner == .android { object["transmissionRisk"] = 0 }
        return object
    }

    func publish(
        _ keys: [Key], certificate: String, revisionToken: String?
    ) async throws -> TestClient.Answer {
        var body: [String: Any] = [
            "temporaryExposureKeys": keys.map { object($0) }, "healthAuthorityID": "vn.gov.moh.bluezone",
            "verificationPayload": certificate, "padding": padding,
        ]
        if let onset { body["symptomOnsetInterval"] = onset }
        switch manner {
        case .android:
            body["hmacKey"] = macKey.base64
            body["traveler"] = false
            if let revisionToken { body["revisionToken"] = revisionToken }
        case .documents:
            body["hmackey"] = macKey.base64
            body["revisionToken"] = revisionToken ?? ""
        }
        return try await client.post("/v1/publish", body, headers: [.contentType: "application/json; charset=utf-8"])
    }

    /// All of it, from the code on; answers what the publish was answered.
    func publish(
        _ keys: [Key], code: String, revisionToken: String? = nil
    ) async throws -> TestClient.Answer {
        let verified = try await verify(code)
        #expect(verified.status == 200 && verified["error"] == nil && verified["errorCode"] == nil)
        let certified = try await certificate(verified["token"] ?? "", keys)
        #expect(certified.status == 200 && certified["error"] == nil && certified["errorCode"] == nil)
        return try await publish(keys, certificate: certified["certificate"] ?? "", revisionToken: revisionToken)
    }

    /// The exports that the list for such clients names, oldest first, fetched and checked.
    func exports(signedBy key: AuthorityKey) async throws -> [CaseExport] {
        let list = try await client.send(.get, "/v1/VN/en/index.txt")
        #expect(list.status == 200)
        var exports: [CaseExport] = []
        for line in String(decoding: list.body, as: UTF8.self).split(separator: "\n") {
            let file = try await client.send(.get, "/v1/VN/en/\(line)")
            #expect(file.status == 200 && file.headers[.contentType] == "application/zip")
            exports.append(try CaseExport(.archive(file.body), trust: .signed(by: AuthorityKeys(named: [key]))))
        }
        return exports
    }
}
