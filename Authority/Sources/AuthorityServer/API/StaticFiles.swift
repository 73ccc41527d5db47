// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityModel
internal import AuthorityStore
internal import Crypto
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import NIOPosix

/// Serves exports and their lists. Any web server or content delivery network can do it instead: they are plain files.
struct StaticFiles: Sendable {
    private let root: String
    private let tags = FileTags()
    private let files = FileIO()

    init(root: String) { self.root = root }

    func add(to router: Router<AuthorityContext>) {
        router.get("v1/**") { request, context in try await serve(request, context) }
        router.head("v1/**") { request, context in
            let response = try await serve(request, context)
            return Response(status: response.status, headers: response.headers)
        }
    }

    private func serve(_ request: Request, _ context: AuthorityContext) async throws -> Response {
        let path = request.uri.path
        guard StaticFiles.isPlain(path), let status = DurableFile.status(of: root + path), status.isPlain,
            let tag = await tags.tag(of: root + path, status)
        else { return Response(status: .notFound) }
        var headers: HTTPFields = [
            .eTag: tag, .acceptRanges: "bytes",
            .contentType: path.hasSuffix(".txt") ? "text/plain; charset=us-ascii" : "application/zip",
            // An export never changes; a list may be a few minutes old.
            .cacheControl: path.hasSuffix(".txt") ? "public, max-age=300" : "public, max-age=1209600, immutable",
        ]
        if let known = request.headers[.ifNoneMatch], StaticFiles.names(known, tag) {
            return Response(status: .notModified, headers: headers)
        }
        guard let start = StaticFiles.start(request.headers, tag), start > 0 else {
            headers[.contentLength] = String(status.size)
            let body = try await files.loadFile(path: root + path, context: context)
            return Response(status: .ok, headers: headers, body: body)
        }
        guard start < status.size else {
            headers[.contentRange] = "bytes */\(status.size)"
            return Response(status: .rangeNotSatisfiable, headers: headers)
        }
        headers[.contentRange] = "bytes \(start)-\(status.size - 1)/\(status.size)"
        headers[.contentLength] = String(status.size - start)
        let body = try await files.loadFile(path: root + path, range: start...status.size - 1, context: context)
        return Response(status: .partialContent, headers: headers, body: body)
    }

    /// Letters, digits, hyphens and dots between slashes, no part of which begins with a dot: nothing but what was exported.
    static func isPlain(_ path: String) -> Bool {
        guard path.utf8.count <= 200, path.hasPrefix("/v1/"), path.hasSuffix(".txt") || path.hasSuffix(".zip") else {
            return false
        }
        return path.dropFirst().split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
            guard let first = part.utf8.first, first != UInt8(ascii: ".") else { return false }
            return part.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
                    || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
            }
        }
    }

    private static func names(_ header: String, _ tag: String) -> Bool {
        header.split(separator: ",").contains { part in
            let name = part.drop { $0 == " " }
            return name == "*" || name == tag || name == "W/" + tag
        }
    }

    /// Where to go on: of ranges only `bytes=N-` is taken, which is how a download is resumed; others get the whole file.
    private static func start(_ headers: HTTPFields, _ tag: String) -> Int? {
        guard let range = headers[.range], range.hasPrefix("bytes="), range.hasSuffix("-") else { return nil }
        if let condition = headers[.ifRange], condition != tag { return nil }
        return Int(range.dropFirst(6).dropLast())
    }
}

/// Tags of files: a part of the SHA-256 of their content, so that all servers have the same ones. Each file is read once.
private actor FileTags {
    private struct Entry {
        var status: DurableFile.Status
        var tag: String
    }

    private var entries: [String: Entry] = [:]

    func tag(of path: String, _ status: DurableFile.Status) async -> String? {
        if let entry = entries[path], entry.status == status { return entry.tag }
        // On a thread that may wait for the disk.
        let digest = try? await NIOThreadPool.singleton.runIfActive {
            Array(SHA256.hash(data: try DurableFile.contents(of: path, limit: 256 << 20)).prefix(16))
        }
        guard let digest else { return nil }
        let tag = "\"" + digest.hexadecimal + "\""
        if entries.count >= 20_000 { entries = [:] }
        entries[path] = Entry(status: status, tag: tag)
        return tag
    }
}
