// SPDX-License-Identifier: GPL-3.0-or-later

import AuthorityModel
import Foundation
import HTTPTypes
import Testing

@testable import AuthorityServer

struct StaticFilesTests {
    private let place: TestAuthority

    init() throws { place = try TestAuthority() }

    private func serveExport(_ body: @escaping @Sendable (TestClient, String) async throws -> Void) async throws {
        let keys = DeviceKeys(days: 1, before: place.today)
        try await place.serve { client in
            #expect(try await client.publish(keys).status == 200)
            try await place.export()
            try await body(client, "/v1/VN/" + (try #require(place.lines().first)))
        }
    }

    @Test func `a list is asked for again with its tag and costs no bytes`() async throws {
        try await serveExport { client, _ in
            let first = try await client.send(.get, "/v1/VN/index.txt")
            #expect(first.status == 200)
            #expect(String(decoding: first.body, as: UTF8.self).split(separator: "\n").count == 2)
            let tag = try #require(first.headers[.eTag])
            for known in [tag, "W/" + tag, "\"x\", " + tag, "*"] {
                let again = try await client.send(.get, "/v1/VN/index.txt", headers: [.ifNoneMatch: known])
                #expect(again.status == 304)
                #expect(again.body.isEmpty)
                #expect(again.headers[.eTag] == tag)
            }
            #expect(try await client.send(.get, "/v1/VN/index.txt", headers: [.ifNoneMatch: "\"x\""]).status == 200)
            #expect(first.headers[.cacheControl] == "public, max-age=300")
        }
    }

    @Test func `an export may be kept for ever, and a download goes on where it ended`() async throws {
        try await serveExport { client, file in
            let whole = try await client.send(.get, file)
            let tag = try #require(whole.headers[.eTag])
            #expect(whole.headers[.cacheControl]?.contains("immutable") == true)
            let rest = try await client.send(.get, file, headers: [.range: "bytes=100-", .ifRange: tag])
            #expect(rest.status == 206)
            #expect(rest.body == Array(whole.body[100...]))
            #expect(rest.headers[.contentRange] == "bytes 100-\(whole.body.count - 1)/\(whole.body.count)")
            let other = try await client.send(.get, file, headers: [.range: "bytes=100-", .ifRange: "\"x\""])
            #expect(other.status == 200 && other.body == whole.body)
            #expect(try await client.send(.get, file, headers: [.range: "bytes=\(whole.body.count)-"]).status == 416)
            for odd in ["bytes=-5", "bytes=5-1", "bytes=0-", "bytes=99999999999999999999-", "bytes=--", "lines=1-"] {
                let answer = try await client.send(.get, file, headers: [.range: odd])
                #expect(answer.status == 200, "\(odd)")
            }
            let head = try await client.send(.head, file)
            #expect(head.status == 200 && head.body.isEmpty)
        }
    }

    @Test(arguments: [
        "/v1/VN", "/v1/VN/", "/v1/../secret", "/v1/VN/../../../secret", "/v1/%2e%2e/secret",
        "/v1/VN/..%2f..%2f..%2fsecret",
        "/v1/VN/index.txt/", "/v1//VN/index.txt", "/v1/VN/.index.txt", "/v1/VN/index.txt%00.zip", "/v1/VN/none.zip",
        "/v1/VN/bz",
    ])
    func `nothing else is served`(path: String) async throws {
        try await serveExport { client, _ in
            let answer = try await client.send(.get, path)
            #expect(answer.status == 404 || answer.status == 400, "\(path)")
        }
    }

    @Test func `a link out of the folder is not followed`() async throws {
        try await serveExport { client, _ in
            let link = place.path + "/public/v1/VN/link.txt"
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: place.path + "/secret")
            #expect(try await client.send(.get, "/v1/VN/link.txt").status == 404)
        }
    }

    @Test func `the server says that it is well`() async throws {
        try await place.serve { client in
            let answer = try await client.send(.get, "/healthz")
            #expect(answer.status == 200)
        }
    }
}
