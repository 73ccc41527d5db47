// SPDX-License-Identifier: GPL-3.0-or-later

/// What the owner's tool asks of the part that reaches the network.
///
/// As text:
///
///     bluezone-publish 1
///     publish
///     code 12345678
///     key bluezone 2026-11-20 0-48 4c52…
///     end
package enum PublishRequest: Hashable, Sendable {
    /// How it stands.
    case ask
    /// Publish these keys with this code; nothing may be waiting.
    case publish(code: PublishCode, keys: [PublishedKey])
    /// Go on with what was agreed before, with a new code where the old one was no good.
    case goOn(code: PublishCode?)
    /// Drop what was agreed, keys and all.
    case withdraw
    /// Drop that, and what the server said of publications before.
    case forget

    static let heading = "bluezone-publish 1"
    /// The longest text that is read, in bytes.
    package static let longest = 65_536
    /// The most keys of one publication: those of 15 days and both formats, and some that were closed in between.
    package static let mostKeys = 60

    package var text: String {
        var fields = Fields()
        switch self {
        case .ask: fields.add("ask", "")
        case .publish(let code, let keys):
            fields.add("publish", "")
            fields.add("code", code.text)
            for key in keys { fields.add("key", key.line) }
        case .goOn(let code):
            fields.add("go-on", "")
            fields.add("code", code?.text)
        case .withdraw: fields.add("withdraw", "")
        case .forget: fields.add("forget", "")
        }
        return fields.text(heading: PublishRequest.heading)
    }

    /// The request that `text` spells; nil for anything else, a key that does not read included.
    package init?(text: String) {
        guard text.utf8.count <= PublishRequest.longest, let fields = Fields(text, heading: PublishRequest.heading),
            let verb = fields.lines.first?.name
        else { return nil }
        let code = fields["code"].map { PublishCode($0) }
        switch verb {
        case "ask": self = .ask
        case "withdraw": self = .withdraw
        case "forget": self = .forget
        case "go-on":
            if case .some(nil) = code { return nil }
            self = .goOn(code: code ?? nil)
        case "publish":
            let keys = fields.all("key").map { PublishedKey(line: $0) }
            guard let code, let code, !keys.isEmpty, keys.count <= PublishRequest.mostKeys, !keys.contains(nil) else {
                return nil
            }
            self = .publish(code: code, keys: keys.compactMap { $0 })
        default: return nil
        }
    }
}

/// A code of the health authority: 8 digits, or the 16 letters and digits of a link. Blanks and hyphens between are people's.
package struct PublishCode: Hashable, Sendable {
    package let text: String

    /// Nil for anything but 6 to 32 letters and digits of ASCII.
    package init?(_ typed: some StringProtocol) {
        let text = String(typed.filter { $0 != " " && $0 != "-" })
        guard (6...32).contains(text.utf8.count),
            text.utf8.allSatisfy({
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20)
            })
        else { return nil }
        self.text = text
    }
}
