// SPDX-License-Identifier: GPL-3.0-or-later

import AuthorityModel
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Testing

@testable import AuthorityServer

/// Time tells nothing: what is not granted takes as long as what is.
struct ChaffTimeTests {
    /// How long granted requests took until now, and what everything else is to take at least.
    private static let usual = Duration.milliseconds(300)
    private static let least = Duration.milliseconds(250)
    private static let chaff: HTTPFields = [HTTPField.Name("X-Chaff")!: "1"]

    private let place: TestAuthority

    init() throws { place = try TestAuthority() }

    /// The devices' routes of a server that remembers of `step` nothing but requests that took `usual`.
    private func serve(
        _ step: DeviceStep, _ body: @escaping @Sendable (TestClient) async throws -> Void
    ) async throws {
        let gatekeeper = Gatekeeper(place.authority.settings)
        await gatekeeper.learn(ChaffTimeTests.usual, of: step)
        let (clock, apiKey) = (place.clock, place.apiKey)
        let router = Router(context: AuthorityContext.self)
        DeviceRoutes(place.authority, gatekeeper, now: { clock.now }).add(to: router)
        let application = Application(
            router: router, logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() })
        try await application.test(.router) { client in
            try await body(TestClient(client: client, apiKey: apiKey))
        }
    }

    /// The status of an answer, and how long it took.
    private func timed(
        _ ask: () async throws -> TestClient.Answer
    ) async throws -> (status: Int, time: Duration) {
        let begin = ContinuousClock.now
        let answer = try await ask()
        return (answer.status, ContinuousClock.now - begin)
    }

    private static func path(_ step: DeviceStep) -> String {
        switch step {
        case .verify: "/api/verify"
        case .certificate: "/api/certificate"
        case .publish: "/v1/publish"
        }
    }

    /// A request that can be read; there are no such code and token, and the keys have `certificate`.
    private static func request(_ step: DeviceStep, _ keys: DeviceKeys, _ certificate: String) -> [String: Any] {
        switch step {
        case .verify: ["code": "00000000", "accept": ["confirmed"]]
        case .certificate: ["token": "x", "ekeyhmac": keys.mac.base64]
        case .publish: keys.request(certificate)
        }
    }

    @Test(arguments: [DeviceStep.verify, .certificate, .publish])
    func `a fake request, a refused one and a failed one take as long as granted ones did`(
        step: DeviceStep
    ) async throws {
        let keys = DeviceKeys(days: 2, before: place.today)
        let path = ChaffTimeTests.path(step)
        try await place.serve { client in
            let certificate = try await client.certificate(client.token(), keys)["certificate"] ?? ""
            try await serve(step) { client in
                let fake = try await timed { try await client.post(path, [:], headers: ChaffTimeTests.chaff) }
                #expect(fake.status == 200 && fake.time >= ChaffTimeTests.least)
                let unreadable = try await timed { try await client.send(.post, path, body: Array("{".utf8)) }
                #expect(unreadable.status == 400 && unreadable.time >= ChaffTimeTests.least)
                let refused = try await timed {
                    try await client.post(path, ChaffTimeTests.request(step, keys, "x"))
                }
                #expect(refused.status == (step == .publish ? 401 : 400) && refused.time >= ChaffTimeTests.least)

                try place.sql("DROP TABLE codes; DROP TABLE tokens; DROP TABLE certificates")
                let failed = try await timed {
                    try await client.post(path, ChaffTimeTests.request(step, keys, certificate))
                }
                #expect(failed.status == 500 && failed.time >= ChaffTimeTests.least)
                let fakeFailure = try await timed { try await client.post(path, [:], headers: ChaffTimeTests.chaff) }
                #expect(fakeFailure.status == 500 && fakeFailure.time >= ChaffTimeTests.least)
            }
        }
    }
}
