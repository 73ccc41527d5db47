// SPDX-License-Identifier: GPL-3.0-or-later

internal import AsyncHTTPClient
internal import AuthorityStore
internal import Beacon
internal import HTTPTypes
internal import NIOCore
internal import NIOHTTP1

/// A bucket of an S3-compatible store, which a content delivery network serves.
struct PublicBucket: PublicFiles {
    /// Why the store did not take a file.
    struct Refused: Error, CustomStringConvertible {
        let description: String
    }

    /// Never shut down: it lives as long as the process.
    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout = .init(connect: .seconds(10), read: .seconds(60))
        configuration.httpVersion = .http1Only
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    /// How often a request is sent, and how long is waited after the first failure; each time twice as long.
    private static let trials = 5
    private static let wait = Duration.milliseconds(250)
    /// Bytes of a list at most.
    private static let maximumList = 1 << 24

    private let settings: BucketSettings
    private let signature: SignatureV4

    init(_ settings: BucketSettings, accessKey: String, secretKey: String) {
        self.settings = settings
        signature = SignatureV4(accessKey: accessKey, secretKey: secretKey, region: settings.region)
    }

    func has(_ path: String) async throws -> Bool {
        try await send(.HEAD, path, expecting: [200, 404]).status == 200
    }

    func contents(_ path: String) async throws -> [UInt8]? {
        let answer = try await send(.GET, path, expecting: [200, 404])
        return answer.status == 200 ? answer.content : nil
    }

    func keep(_ path: String, _ bytes: [UInt8]) async throws {
        // A store that does not know the condition has at least been asked before (`has`).
        try await send(
            .PUT, path,
            headers: [
                ("content-type", "application/zip"), ("cache-control", "public, max-age=1209600, immutable"),
                ("if-none-match", "*"),
            ], content: bytes, expecting: [200, 412])
    }

    func replace(_ path: String, _ bytes: [UInt8]) async throws {
        if try await contents(path) == bytes { return }
        try await send(
            .PUT, path,
            headers: [("content-type", "text/plain; charset=us-ascii"), ("cache-control", "public, max-age=300")],
            content: bytes, expecting: [200])
    }

    func remove(_ path: String) async throws { try await send(.DELETE, path, expecting: [200, 204, 404]) }

    /// Sends a request until it is answered with one of `expected`.
    @discardableResult
    private func send(
        _ method: HTTPMethod, _ path: String, headers: [(name: String, value: String)] = [], content: [UInt8] = [],
        expecting expected: Set<Int>
    ) async throws -> (status: Int, content: [UInt8]) {
        var wait = PublicBucket.wait
        var trial = 1
        while true {
            let reason: String
            do {
                let answer = try await once(method, path, headers, content)
                if expected.contains(answer.status) { return answer }
                reason = "\(answer.status)" + PublicBucket.code(in: answer.content)
                // Another one writes the same, too many ask, or the store is not well.
                let isPassing = answer.status >= 500 || [408, 409, 429].contains(answer.status)
                if !isPassing { trial = PublicBucket.trials }
            } catch {
                try Task.checkCancellation()
                reason = "\(error)"
            }
            guard trial < PublicBucket.trials else {
                throw Refused(description: "\(method) \(settings.endpoint)\(settings.path(path)): \(reason)")
            }
            try await Task.sleep(for: wait, clock: .continuous)
            trial += 1
            wait *= 2
        }
    }

    private func once(
        _ method: HTTPMethod, _ path: String, _ headers: [(name: String, value: String)], _ content: [UInt8]
    ) async throws -> (status: Int, content: [UInt8]) {
        let target = settings.path(path)
        var request = HTTPClientRequest(url: settings.endpoint + target)
        request.method = method
        let signed = signature.headers(
            method.rawValue, host: settings.place?.host ?? "", path: target, headers: headers, content: content,
            now: Timestamp.now)
        for header in headers + signed { request.headers.add(name: header.name, value: header.value) }
        if method == .PUT { request.body = .bytes(ByteBuffer(bytes: content)) }
        let response = try await PublicBucket.client.execute(request, timeout: .seconds(120))
        let body = try await response.body.collect(upTo: PublicBucket.maximumList)
        return (Int(response.status.code), Array(body.readableBytesView))
    }

    /// The store's word for what is wrong (`<Code>AccessDenied</Code>`), after a space.
    private static func code(in content: [UInt8]) -> String {
        let text = String(decoding: content.prefix(4096), as: UTF8.self)
        guard let start = text.firstRange(of: "<Code>")?.upperBound,
            let end = text[start...].firstRange(of: "</Code>")?.lowerBound
        else { return "" }
        return " " + String(text[start..<end].prefix(64).filter { $0.isASCII && ($0.isLetter || $0.isNumber) })
    }
}
