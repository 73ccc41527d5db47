// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
package import Cases
internal import Crypto
internal import FoundationEssentials

/// What a device keeps after a publish, to send more keys or a better report of the same ones later. It names the keys, encrypted and
/// authenticated, so that only who published them can say more about them, and the server need not remember who that was.
///
/// A key is named by its mark, eight bytes of an HMAC under the server's secret: nobody else can make a key that has another's mark,
/// and a token goes into requests and answers whose lengths are to tell nothing.
package struct RevisionToken: Hashable, Sendable {
    /// Keys that a token names at most: all of a publish, which has 60, and some of before. A device has 30 of 15 days.
    package static let maximumKeys = 80
    /// Characters of its text at most.
    package static let maximumLength = 892
    private static let markLength = 8

    /// The keys' marks, those added last before others.
    private var marks: [[UInt8]] = []

    package init() {}

    /// The token in `text`, sealed under `secret`; nil for any other text.
    package init?(sealed text: String, _ secret: ServerSecret) {
        guard text.utf8.count <= 16_384, let bytes = [UInt8](base64: text),
            let box = try? AES.GCM.SealedBox(combined: bytes)
        else { return nil }
        if let plain = RevisionToken.open(box, RevisionToken.header, secret) {
            guard plain.count.isMultiple(of: RevisionToken.markLength) else { return nil }
            marks = stride(from: 0, to: plain.count, by: RevisionToken.markLength).map { start in
                Array(plain[start..<start + RevisionToken.markLength])
            }
        } else if let plain = RevisionToken.open(box, RevisionToken.formerHeader, secret) {
            guard let keys = RevisionToken.formerKeys(plain) else { return nil }
            marks = RevisionToken.marks(of: keys, secret)
        } else {
            return nil
        }
    }

    /// Those of `keys` that the token names, as bytes.
    package func known(among keys: [CaseKey], _ secret: ServerSecret) -> Set<[UInt8]> {
        let all = Set(marks)
        let bytes = keys.map(\.key.bytes)
        return Set(zip(bytes, RevisionToken.marks(of: bytes, secret)).filter { all.contains($1) }.map(\.0))
    }

    /// The token with `published` added; of the others as many stay as `maximumKeys` allows, those added last first.
    package func adding(_ published: [CaseKey], _ secret: ServerSecret) -> RevisionToken {
        let new = RevisionToken.marks(of: published.map(\.key.bytes), secret)
        let known = Set(new)
        var token = RevisionToken()
        token.marks = Array((new + marks.filter { !known.contains($0) }).prefix(RevisionToken.maximumKeys))
        return token
    }

    /// The token's text. Two seals of one token differ.
    package func sealed(_ secret: ServerSecret) throws -> String {
        let box = try AES.GCM.seal(
            marks.flatMap { $0 }, using: secret.key(RevisionToken.use), authenticating: RevisionToken.header)
        return Array(box.combined ?? Data()).base64
    }

    private static let use = "revision token"
    private static let header = Array("revision token 2".utf8)
    private static let formerHeader = Array("revision token 1".utf8)

    private static func open(_ box: AES.GCM.SealedBox, _ header: [UInt8], _ secret: ServerSecret) -> [UInt8]? {
        (try? AES.GCM.open(box, using: secret.key(use), authenticating: header)).map { Array($0) }
    }

    private static func marks(of keys: [[UInt8]], _ secret: ServerSecret) -> [[UInt8]] {
        let key = secret.key("revision mark")
        return keys.map { Array(HMAC<SHA256>.authenticationCode(for: $0, using: key).prefix(markLength)) }
    }

    /// What tokens had in them that devices still keep: the keys themselves, each behind its length.
    private static func formerKeys(_ plain: [UInt8]) -> [[UInt8]]? {
        var keys: [[UInt8]] = []
        var rest = plain[...]
        while let length = rest.popFirst() {
            guard rest.count >= Int(length) else { return nil }
            keys.append(Array(rest.prefix(Int(length))))
            rest = rest.dropFirst(Int(length))
        }
        return keys
    }
}
