// SPDX-License-Identifier: GPL-3.0-or-later

import Foundation
import Settings
import Testing

@testable import Sync

final class PolicyFetchTests {
    private let server: TestServer
    private var warnings: [String] = []

    init() throws { server = try TestServer() }

    private func run() throws -> SyncOutcome {
        var settings = Settings()
        settings.cases.spool = server.spool
        let url = try #require(SourceURL(server.url("v1/VN/index.txt")))
        let run = SyncRun(settings, index: url) { message in
            switch message {
            case .warning(let text): self.warnings.append(text)
            }
        }
        return try run.run()
    }

    private func policyRequests() throws -> [String] {
        try server.requests(withPolicy: true).filter { $0.contains("policy") }
    }

    @Test func `the policy comes with the exports, once for each that there is`() throws {
        try server.serve("", as: "v1/VN/index.txt")
        try server.serve("one", as: "v1/VN/policy.txt")
        #expect(try run().hasNewPolicy)
        #expect(try server.spooled() == ["policy.txt"] && server.spooled("policy.txt") == Data("one".utf8))
        let mode = try FileManager.default.attributesOfItem(atPath: server.spool + "/policy.txt")[.posixPermissions]
        #expect(mode as? Int == 0o640)
        #expect(try !run().hasNewPolicy)
        #expect(try policyRequests() == ["GET /v1/VN/policy.txt", "GET /v1/VN/policy.txt known"])
        // The list is as it was, the policy is not.
        try server.serve("two", as: "v1/VN/policy.txt")
        #expect(try run().hasNewPolicy && server.spooled("policy.txt") == Data("two".utf8))
        #expect(try !run().hasNewPolicy)
    }

    @Test func `one that was taken away from the spool is fetched again`() throws {
        try server.serve("", as: "v1/VN/index.txt")
        try server.serve("one", as: "v1/VN/policy.txt")
        _ = try run()
        try FileManager.default.removeItem(atPath: server.spool + "/policy.txt")
        #expect(try run().hasNewPolicy && server.spooled() == ["policy.txt"])
    }

    @Test func `it stays when exports of its age leave the spool`() throws {
        try server.serve("a.zip\n", as: "v1/VN/index.txt")
        try server.serve("first", as: "v1/VN/a.zip")
        try server.serve("one", as: "v1/VN/policy.txt")
        _ = try run()
        for name in ["a.zip", "policy.txt"] {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -30 * 86_400)], ofItemAtPath: server.spool + "/" + name)
        }
        _ = try run()
        #expect(try server.spooled() == ["policy.txt"])
    }

    @Test func `a server without a policy, or with one that is no policy, keeps nothing from coming`() throws {
        try server.serve("a.zip\n", as: "v1/VN/index.txt")
        try server.serve("first", as: "v1/VN/a.zip")
        #expect(try run() == SyncOutcome(fetched: 1, bytes: 5))
        try server.serve(Data(repeating: 65, count: 100_000), as: "v1/VN/policy.txt")
        #expect(try run() == SyncOutcome())
        #expect(try server.spooled() == ["a.zip"] && warnings.contains { $0.contains("16384") })
    }
}
