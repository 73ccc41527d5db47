// SPDX-License-Identifier: GPL-3.0-or-later

import AuthorityModel
import AuthorityStore
import Beacon
import Cases
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Synchronization

@testable import AuthorityServer

/// A clock that a test sets.
final class TestClock: Sendable {
    private let seconds: Mutex<Int64>

    init(_ seconds: Int64) { self.seconds = Mutex(seconds) }

    var now: Timestamp { Timestamp(seconds: seconds.withLock { $0 }) }
    func advance(_ by: Int64) { seconds.withLock { $0 += by } }
}

/// An authority in a folder of a test's own, at 2026-11-21T10:00:00Z unless the test moves its clock.
final class TestAuthority: Sendable {
    let path = NSTemporaryDirectory() + "bluezone-authority-" + UUID().uuidString
    let clock = TestClock(1_795_255_200)
    let authority: Authority
    let apiKey: String
    let publicKey: AuthorityKey
    /// Passwords are hashed in no time here.
    static let cheap = PasswordHash.Cost(rounds: 16, blockSize: 8, parallelism: 1)

    /// With `prepare` before it is opened, which is handed the folder.
    init(_ change: (inout AuthoritySettings) -> Void = { _ in }, prepare: (String) throws -> Void = { _ in }) throws {
        var settings = AuthoritySettings()
        settings.provinces = ["VN-04"]
        settings.sizes = ExportSizes(minimum: 20, jitter: 5, maximum: 1000)
        settings.verifyBurst = 1000
        settings.issueBurst = 1000
        change(&settings)
        let folder = AuthorityFolder(path)
        let made = try folder.make(settings: settings, keyID: "452", keyVersion: "v1", admin: "tests")
        apiKey = made.apiKey
        let pem = try Data(contentsOf: URL(fileURLWithPath: made.publicKeyPath))
        publicKey = try AuthorityKey(name: "452-v1", pem: Array(pem))
        try prepare(path)
        var opened = try Authority(folder)
        opened.passwordCost = TestAuthority.cheap
        authority = opened
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var today: Int64 { Int64(clock.now.day.number) }

    /// Runs `body` against the server's own router, or its console's, without a network.
    func serve(
        consoleAlone: Bool = false, _ body: @escaping @Sendable (TestClient) async throws -> Void
    ) async throws {
        let clock = clock
        let program = AuthorityProgram(
            authority, logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }, now: { clock.now })
        let router = consoleAlone ? program.consoleRouter(isSecure: false) : program.router()
        let application = Application(
            router: router, logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() })
        try await application.test(.router) { client in
            try await body(TestClient(client: client, apiKey: self.apiKey))
        }
    }

    @discardableResult func export() async throws -> ExportDesk.Outcome? {
        try await ExportDesk(authority).export(now: clock.now)
    }

    /// The exports that a region's list names, read and checked by the device's own reader.
    func exports(_ region: String = "VN", list: String = "index.txt") throws -> [CaseExport] {
        try lines(region, list: list).map { line in
            let base = list.split(separator: "/").dropLast().map { $0 + "/" }.joined()
            let file = path + "/public/v1/" + region + "/" + base + line
            return try CaseExport(.file(file), trust: .signed(by: AuthorityKeys(named: [publicKey])))
        }
    }

    func lines(_ region: String = "VN", list: String = "index.txt") throws -> [String] {
        let text = try String(contentsOfFile: path + "/public/v1/\(region)/\(list)", encoding: .utf8)
        return text.split(separator: "\n").map(String.init)
    }
}

/// Talks to the server as a device or an official does.
struct TestClient: Sendable {
    let client: any TestClientProtocol
    let apiKey: String

    struct Answer {
        var status: Int
        var headers: HTTPFields
        var body: [UInt8]

        private var object: [String: Any] {
            (try? JSONSerialization.jsonObject(with: Data(body))) as? [String: Any] ?? [:]
        }

        subscript(name: String) -> String? {
            (object[name] as? String) ?? (object[name] as? NSNumber).map { "\($0)" }
        }
    }

    func send(
        _ method: HTTPRequest.Method, _ path: String, headers: HTTPFields = [:], body: [UInt8]? = nil
    ) async throws -> Answer {
        try await client.execute(
            uri: path, method: method, headers: headers, body: body.map { ByteBuffer(bytes: $0) }
        ) { response in
            Answer(
                status: response.status.code, headers: response.headers, body: Array(response.body.readableBytesView))
        }
    }

    func post(_ path: String, _ object: [String: Any], headers: HTTPFields = [:]) async throws -> Answer {
        try await send(
            .post, path, headers: headers, body: Array(JSONSerialization.data(withJSONObject: object)))
    }

    func issue(_ fields: [String: Any] = ["testType": "confirmed", "symptomDate": "2026-11-19"]) async throws -> Answer
    {
        try await post("/api/issue", fields, headers: [HTTPField.Name("X-API-Key")!: apiKey])
    }

    func verify(_ code: String, accept: [String] = ["confirmed", "likely", "recursive", "negative"]) async throws
        -> Answer
    {
        try await post("/api/verify", ["code": code, "accept": accept, "padding": "AAAA"])
    }

    /// A code issued and exchanged for a token.
    func token(_ fields: [String: Any] = ["testType": "confirmed", "symptomDate": "2026-11-19"]) async throws -> String
    {
        try await verify(try await issue(fields)["code"] ?? "")["token"] ?? ""
    }

    func certificate(_ token: String, _ keys: DeviceKeys) async throws -> Answer {
        try await post("/api/certificate", ["token": token, "ekeyhmac": keys.mac.base64])
    }

    func publish(
        _ certificate: String, _ keys: DeviceKeys, _ more: [String: Any] = [:]
    ) async throws -> Answer {
        try await post("/v1/publish", keys.request(certificate).merging(more) { $1 })
    }

    /// All of it: a code, a token, a certificate, a publish.
    func publish(
        _ keys: DeviceKeys, _ fields: [String: Any] = ["testType": "confirmed", "symptomDate": "2026-11-19"],
        _ more: [String: Any] = [:]
    ) async throws -> Answer {
        let certificate = try await certificate(token(fields), keys)["certificate"] ?? ""
        return try await publish(certificate, keys, more)
    }
}

/// What a device would publish.
struct DeviceKeys: Sendable {
    var exposure: [(key: [UInt8], start: Int64, period: Int64)] = []
    var bluezone: [(key: [UInt8], day: Int64, first: Int64, last: Int64)] = []
    let macKey = randomBytes(32)

    /// Fresh keys of both formats for the days before `today`.
    init(days: Int, before today: Int64) {
        for day in 1...Int64(days) {
            exposure.append((randomBytes(16), (today - day) * 144, 144))
            bluezone.append((randomBytes(32), today - day, 0, 95))
        }
    }

    var mac: [UInt8] {
        let offers =
            exposure.map {
                KeyOffer(key: $0.key.base64, validity: .intervals(start: $0.start, period: $0.period, risk: 0))
            }
            + bluezone.map {
                KeyOffer(key: $0.key.base64, validity: .slots(day: $0.day, first: $0.first, last: $0.last))
            }
        return KeyMAC.code(of: offers, key: macKey)
    }

    func request(_ certificate: String) -> [String: Any] {
        [
            "temporaryExposureKeys": exposure.map { key -> [String: Any] in
                [
                    "key": key.key.base64, "rollingStartNumber": key.start, "rollingPeriod": key.period,
                    "transmissionRisk": 0,
                ]
            },
            "bluezoneKeys": bluezone.map { key -> [String: Any] in
                ["key": key.key.base64, "day": key.day, "firstSlot": key.first, "lastSlot": key.last]
            },
            "healthAuthorityID": "vn.gov.moh.bluezone", "verificationPayload": certificate, "hmacKey": macKey.base64,
            "traveler": false, "padding": "AAAA",
        ]
    }
}
