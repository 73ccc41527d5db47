// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityModel
internal import FoundationEssentials
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// Reads requests and writes answers, all as JSON.
enum Answering {
    /// Bytes of every answer to a device; none has more to say than fits.
    static let paddedLength = 2048

    /// The request's body as `Value`.
    static func read<Value: Decodable>(
        _ type: Value.Type, _ request: Request, _ context: AuthorityContext
    ) async throws -> Value {
        if let text = request.headers[.contentLength], let length = Int(text), length > AuthorityContext.maximumBody {
            throw Refusal.tooLarge
        }
        let buffer: ByteBuffer
        do { buffer = try await request.body.collect(upTo: AuthorityContext.maximumBody) } catch is NIOTooManyBytesError
        {
            throw Refusal.tooLarge
        }
        do { return try JSONDecoder().decode(Value.self, from: Data(buffer.readableBytesView)) } catch {
            throw Refusal.unparsable
        }
    }

    /// An answer of `paddedLength`.
    static func padded(_ answer: some PaddedAnswer, status: Int = 200, retryAfter: Int? = nil) throws -> Response {
        var answer = answer
        let missing = max(0, paddedLength - (try encoded(answer).count))
        // Random letters, which no compression on the way makes shorter than others.
        answer.padding = String(randomBytes((missing * 3 + 3) / 4).base64URL.prefix(missing))
        return try json(answer, status: status, retryAfter: retryAfter)
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
