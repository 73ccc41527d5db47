// SPDX-License-Identifier: GPL-3.0-or-later

import AuthorityModel
import AuthorityStore
import Foundation
import HTTPTypes
import Testing

@testable import AuthorityServer

/// A browser at the console: it keeps cookies and finds tokens in forms.
actor ConsoleClient {
    static let password = "ba con mèo đen"

    let client: TestClient
    private(set) var cookies: [String: String] = [:]

    init(_ client: TestClient) { self.client = client }

    /// A browser that somebody has signed in with.
    static func signedIn(_ client: TestClient, _ name: String) async throws -> ConsoleClient {
        let browser = ConsoleClient(client)
        let answer = try await browser.signIn(name)
        #expect(answer.status == 303)
        return browser
    }

    func set(_ name: String, _ value: String?) { cookies[name] = value }

    @discardableResult
    func get(_ path: String, headers: HTTPFields = [:]) async throws -> Page {
        try await send(.get, path, headers, nil)
    }

    /// Sends a form with `token`; without one, with that of the page at `page`.
    @discardableResult
    func post(
        _ path: String, _ fields: [String: String], page: String? = nil, token: String? = nil, headers: HTTPFields = [:]
    ) async throws -> Page {
        var fields = fields
        if let token {
            fields["token"] = token
        } else if let page {
            let form = try await get(page)
            fields["token"] = form.field("token")
            if let once = form.field("once"), fields["once"] == nil { fields["once"] = once }
        }
        let text = fields.map { ConsoleClient.escaped($0) + "=" + ConsoleClient.escaped($1) }.joined(separator: "&")
        var headers = headers
        headers[.contentType] = "application/x-www-form-urlencoded"
        return try await send(.post, path, headers, Array(text.utf8))
    }

    func signIn(_ name: String, _ password: String = ConsoleClient.password) async throws -> Page {
        try await post("/console/sign-in", ["name": name, "password": password], page: "/console/sign-in")
    }

    func send(
        _ method: HTTPRequest.Method, _ path: String, _ headers: HTTPFields, _ body: [UInt8]?
    ) async throws -> Page {
        var headers = headers
        headers[.cookie] = cookies.map { "\($0)=\($1)" }.joined(separator: "; ")
        let answer = try await client.send(method, path, headers: headers, body: body)
        for cookie in answer.headers[values: .setCookie] {
            let pair = cookie.split(separator: ";")[0].split(separator: "=", maxSplits: 1)
            cookies[String(pair[0])] = cookie.contains("Max-Age=0") ? nil : pair.count > 1 ? String(pair[1]) : ""
        }
        return Page(status: answer.status, headers: answer.headers, text: String(decoding: answer.body, as: UTF8.self))
    }

    private static func escaped(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }

    struct Page: Sendable {
        var status: Int
        var headers: HTTPFields
        var text: String

        var location: String? { headers[.location] }

        /// The value of a field in the page's form.
        func field(_ name: String) -> String? {
            text.firstRange(of: "name=\"\(name)\" value=\"").map { range in
                String(text[range.upperBound...].prefix { $0 != "\"" })
            }
        }

        /// The code of eight digits that the page shows.
        var code: String? {
            text.firstMatch(of: #/<span>(\d{4})<\/span> <span>(\d{4})<\/span>/#).map { String($0.1 + $0.2) }
        }
    }
}

extension TestAuthority {
    /// Officials with the password of the tests: lan issues for Cao Bằng, minh is a supervisor, hoa reads.
    func addOfficials() async throws {
        let hash = try #require(PasswordHash(of: ConsoleClient.password, cost: TestAuthority.cheap))
        for (name, role, region) in [
            ("lan", Official.Role.issuer, "VN-04"), ("minh", .supervisor, "VN"), ("hoa", .reader, "VN"),
        ] {
            try await authority.console.add(
                #require(Official(name: name, role: role, region: region)), password: hash.text)
        }
    }

    /// Runs `body` with officials there.
    func console(_ body: @escaping @Sendable (TestClient) async throws -> Void) async throws {
        try await addOfficials()
        try await serve(body)
    }
}
