// SPDX-License-Identifier: GPL-3.0-or-later

internal import AuthorityModel
internal import Beacon
internal import Crypto
internal import FoundationEssentials

/// AWS's signature version 4, which every S3-compatible store understands
/// (https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html).
struct SignatureV4: Sendable {
    let accessKey: String
    let secretKey: String
    let region: String

    /// The headers that a request needs to be taken: its date, its content's digest, and the signature over these, the host and
    /// `headers`, whose names are in small letters. `path` has only characters that an address has as they are.
    func headers(
        _ method: String, host: String, path: String, headers: [(name: String, value: String)], content: [UInt8],
        now: Timestamp
    ) -> [(name: String, value: String)] {
        let date = SignatureV4.date(now)
        let digest = Array(SHA256.hash(data: content)).hexadecimal
        let own = [("x-amz-content-sha256", digest), ("x-amz-date", date)]
        let signed = (headers + own + [("host", host)]).sorted { $0.0 < $1.0 }
        let names = signed.map(\.0).joined(separator: ";")
        let lines = signed.map { $0.0 + ":" + $0.1 + "\n" }.joined()
        let request = [method, path, "", lines, names, digest].joined(separator: "\n")
        let scope = "\(date.prefix(8))/\(region)/s3/aws4_request"
        let text = "AWS4-HMAC-SHA256\n\(date)\n\(scope)\n" + Array(SHA256.hash(data: Array(request.utf8))).hexadecimal
        let key = scope.split(separator: "/").reduce(Array("AWS4\(secretKey)".utf8)) { key, part in
            SignatureV4.code(String(part), key)
        }
        let signature = SignatureV4.code(text, key).hexadecimal
        let authorization =
            "AWS4-HMAC-SHA256 Credential=\(accessKey)/\(scope),SignedHeaders=\(names),Signature=\(signature)"
        return own.map { ($0.0, $0.1) } + [("authorization", authorization)]
    }

    private static func code(_ text: String, _ key: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: SymmetricKey(data: key)))
    }

    /// `20130524T000000Z`.
    static func date(_ now: Timestamp) -> String {
        let time = Int(now.seconds &- Int64(now.day.number) &* 86_400)
        let parts = [time / 3600, time / 60 % 60, time % 60].map { ($0 < 10 ? "0" : "") + String($0) }
        return "\(now.day)".filter { $0 != "-" } + "T" + parts.joined() + "Z"
    }
}
