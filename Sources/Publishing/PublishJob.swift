// SPDX-License-Identifier: GPL-3.0-or-later

package import Beacon

/// A publication that its owner agreed to, as far as it has come. As text it is a file that nobody else may read.
package struct PublishJob: Hashable, Sendable {
    /// When its owner agreed.
    package let agreed: Timestamp
    package let keys: [PublishedKey]
    /// What the certificate's HMAC is made with; one for all tries, so that a lost answer can be asked for again.
    package let secret: [UInt8]
    /// The code as long as the server has not taken it.
    package var code: PublishCode?
    /// What the code was exchanged for.
    package var token: String?
    /// F0 or F1, as the server says; empty before.
    package var level = ""
    /// The day that symptoms began, as the server says.
    package var onset: UTCDay?
    package var certificate: Certificate?
    /// Why it did not get on; nil for no trouble.
    package var trouble: PublishTrouble?

    package struct Certificate: Hashable, Sendable {
        package var text: String
        /// When we were given it; good for 15 minutes.
        package var given: Timestamp

        package init(text: String, given: Timestamp) {
            self.text = text
            self.given = given
        }
    }

    package init(
        agreed: Timestamp, keys: [PublishedKey], secret: [UInt8] = KeyCertificate.newSecret(), code: PublishCode?
    ) {
        self.agreed = agreed
        self.keys = keys
        self.secret = secret
        self.code = code
    }

    /// How it stands.
    package var report: PublishReport {
        var report = PublishReport(
            .waiting, word: trouble?.word ?? "", sentence: trouble?.sentence ?? "", level: level,
            contents: PublishReport.Content.of(keys), visible: keys.map(\.visible).max())
        switch trouble?.kind {
        case .code: report.state = .codeNeeded
        case .final: report.state = .refused
        case .passing, nil: report.state = code == nil && token == nil ? .codeNeeded : .waiting
        }
        return report
    }
}

/// Why a step of a publication failed.
package struct PublishTrouble: Error, Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable {
        /// Trying again may help.
        case passing
        /// Another code is needed.
        case code
        /// Nothing helps but to begin anew.
        case final
    }

    package var kind: Kind
    /// The server's word, or `network`.
    package var word: String
    package var sentence: String

    package init(_ kind: Kind, _ word: String, _ sentence: String) {
        (self.kind, self.word, self.sentence) = (kind, word, sentence)
    }
}

extension PublishJob {
    private static let heading = "bluezone-publish-job 1"

    package var text: String {
        var fields = Fields()
        fields.add("agreed", String(agreed.seconds))
        for key in keys { fields.add("key", key.line) }
        fields.add("secret", secret.hex)
        fields.add("code", code?.text)
        fields.add("token", token)
        fields.add("level", level)
        fields.add("onset", onset?.description)
        fields.add("certificate", certificate.map { "\($0.given.seconds) \($0.text)" })
        fields.add("trouble", trouble.map { "\($0.kind.rawValue) \($0.word) \($0.sentence)" })
        return fields.text(heading: PublishJob.heading)
    }

    /// The job that `text` spells; nil for anything else.
    package init?(text: String) {
        guard let fields = Fields(text, heading: PublishJob.heading),
            let agreed = fields["agreed"].flatMap({ Int64($0) }),
            let secret = fields["secret"].flatMap({ [UInt8](hex: $0) }), secret.count >= 16
        else { return nil }
        let keys = fields.all("key").map { PublishedKey(line: $0) }
        guard !keys.isEmpty, !keys.contains(nil) else { return nil }
        self.init(
            agreed: Timestamp(seconds: agreed), keys: keys.compactMap { $0 }, secret: secret,
            code: fields["code"].flatMap { PublishCode($0) })
        token = fields["token"]
        level = fields["level"] ?? ""
        onset = fields["onset"].flatMap { UTCDay($0) }
        certificate = fields["certificate"].flatMap { Certificate(field: $0) }
        trouble = fields["trouble"].flatMap { PublishTrouble(field: $0) }
    }
}

extension PublishJob.Certificate {
    fileprivate init?(field: String) {
        let words = field.split(separator: " ")
        guard words.count == 2, let given = Int64(words[0]) else { return nil }
        self.init(text: String(words[1]), given: Timestamp(seconds: given))
    }
}

extension PublishTrouble {
    fileprivate init?(field: String) {
        let words = field.split(separator: " ", maxSplits: 2)
        guard words.count >= 2, let kind = Kind(rawValue: String(words[0])) else { return nil }
        self.init(kind, String(words[1]), words.count > 2 ? String(words[2]) : "")
    }
}
