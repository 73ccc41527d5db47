// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityPages
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// Answers of the console, each with headers that forbid a browser everything that no page of it needs.
struct ConsoleAnswer: Sendable {
    /// Whether officials reach the console by TLS.
    let isSecure: Bool

    private static let policy =
        "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

    func page(_ document: String, status: Int = 200) -> Response {
        answer(status, "text/html; charset=utf-8", document)
    }

    func sheet(_ text: String) -> Response {
        var response = answer(200, "text/css; charset=utf-8", text)
        response.headers[.cacheControl] = "private, max-age=3600"
        return response
    }

    func table(_ text: String, name: String) -> Response {
        var response = answer(200, "text/csv; charset=utf-8", text)
        response.headers[.contentDisposition] = "attachment; filename=\"\(name)\""
        return response
    }

    /// On to another page of the console, by GET.
    func redirect(_ path: String) -> Response {
        var response = answer(303, "text/plain; charset=utf-8", "")
        response.headers[.location] = path
        return response
    }

    private func answer(_ status: Int, _ type: String, _ text: String) -> Response {
        var headers: HTTPFields = [
            .contentType: type, .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
            .contentSecurityPolicy: ConsoleAnswer.policy,
        ]
        for (name, value) in [
            ("Referrer-Policy", "no-referrer"), ("X-Frame-Options", "DENY"),
            ("Cross-Origin-Opener-Policy", "same-origin"), ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
        ] {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
        if isSecure { headers[.strictTransportSecurity] = "max-age=31536000" }
        return Response(
            status: .init(code: status), headers: headers, body: .init(byteBuffer: ByteBuffer(string: text)))
    }
}

/// The console's cookies. None is for programs in pages, none goes to or comes from another site.
struct ConsoleCookies: Sendable {
    let isSecure: Bool

    private static let letters = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    enum Kind: String { case session, form, language }

    func name(_ kind: Kind) -> String { (isSecure ? "__Host-" : "") + "bluezone-" + kind.rawValue }

    /// The cookie's value in a request; nil when there is none or none of ours.
    func value(_ kind: Kind, _ request: Request) -> String? {
        guard let value = request.cookies[name(kind)]?.value, (2...64).contains(value.utf8.count),
            value.utf8.allSatisfy({ ConsoleCookies.letters.contains($0) })
        else { return nil }
        return value
    }

    /// Sets a cookie until the browser is closed, or for so many seconds; none of them takes it away.
    func set(_ kind: Kind, _ value: String, seconds: Int? = nil, in response: inout Response) {
        let age = seconds.map { "; Max-Age=\($0)" } ?? ""
        let text = "\(name(kind))=\(value); Path=/; HttpOnly; SameSite=Strict\(isSecure ? "; Secure" : "")\(age)"
        response.headers.append(HTTPField(name: .setCookie, value: text))
    }

    func remove(_ kind: Kind, in response: inout Response) { set(kind, "", seconds: 0, in: &response) }
}
