// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityModel
internal import FoundationEssentials
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import NIOHTTP1

/// Reads requests and writes answers, all as JSON.
enum Answering {
    /// Bytes of every answer to a device; none has more to say than fits.
    static let paddedLength = 2048
    /// Bytes in which the heads of answers differ, at most: the words of the status, and a wait of up to a day.
    private static let longestHead = 64

    /// The request's body as `Value`.
    static func read<Value: Decodable>(
        _ type: Value.Type, _ request: Request, _ context: AuthorityContext
    ) async throws -> Value {
        try read(type, try await body(of: request))
    }

    /// The request's body, all of it.
    static func body(of request: Request) async throws -> ByteBuffer {
        if let text = request.headers[.contentLength], let length = Int(text), length > AuthorityContext.maximumBody {
            throw Refusal.tooLarge
        }
        do { return try await request.body.collect(upTo: AuthorityContext.maximumBody) } catch is NIOTooManyBytesError {
            throw Refusal.tooLarge
        }
    }

    /// A body as `Value`.
    static func read<Value: Decodable>(_ type: Value.Type, _ body: ByteBuffer) throws(Refusal) -> Value {
        do { return try JSONDecoder().decode(Value.self, from: Data(body.readableBytesView)) } catch {
            throw .unparsable
        }
    }

    /// An answer of `paddedLength`, with a head of one length too, whatever its status line and `Retry-After` say.
    static func padded(_ answer: some PaddedAnswer, status: Int = 200, retryAfter: Int? = nil) throws -> Response {
        var answer = answer
        let missing = max(0, paddedLength - (try encoded(answer).count))
        // Random letters, which no compression on the way makes shorter than others.
        answer.padding = String(randomBytes((missing * 3 + 3) / 4).base64URL.prefix(missing))
        var response = try json(answer, status: status, retryAfter: retryAfter)
        let wait = retryAfter.map { "Retry-After: \($0)\r\n".utf8.count } ?? 0
        let said = HTTPResponseStatus(statusCode: status).reasonPhrase.utf8.count + wait
        if let name = HTTPField.Name("X-Padding") {
            response.headers[name] = String(repeating: "0", count: max(1, longestHead - said))
        }
        return response
    }

    static func json(_ answer: some Encodable, status: Int = 200, retryAfter: Int? = nil) throws -> Response {
        var headers: HTTPFields = [.contentType: "application/json; charset=utf-8", .cacheControl: "no-store"]
        if let retryAfter { headers[.retryAfter] = String(retryAfter) }
        return Response(
            status: HTTPResponse.Status(code: status), headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: try encoded(answer))))
    }

    private static func encoded(_ answer: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return try encoder.encode(answer)
    }
}
