// SPDX-License-Identifier: GPL-3.0-or-later

public import Beacon

/// The health authority's thresholds as it publishes them: a signed text that `bluezoned` takes by itself.
///
///     bluezone-policy 1
///     region VN
///     serial 7
///     issued 1795255200
///     until 1803031200
///     AlertMinutes=10
///     NearAttenuation=57
///     signature 452-v1 3045022100…
///
/// Signed is all above the first line that begins with `signature`. What the entries mean is the exposure floor's to say. The
/// same in words, with what a device does with it: docs/policy.md.
public struct PolicyDocument: Hashable, Sendable {
    /// One threshold, as a line of an INI section [Policy] has it.
    public struct Entry: Hashable, Sendable {
        public var key: String
        public var value: String

        public init(key: String, value: String) {
            self.key = key
            self.value = value
        }
    }

    /// Whom it is for: `VN`.
    public var region: String
    /// Later policies of a region have greater numbers, from 1 on.
    public var serial: Int64
    public var issued: Timestamp
    /// The moment from which on it is in force no more.
    public var validUntil: Timestamp
    public var entries: [Entry]

    /// Bytes of a policy at most.
    public static let maximumLength = 16_384
    /// Thresholds in it at most.
    static let maximumEntries = 100
    /// Signatures on it at most: a key and those that follow it.
    static let maximumSignatures = 10
    /// Seconds that a policy can be good for at most: 400 days.
    public static let longestValidity: Int64 = 400 * 86_400

    public init(region: String, serial: Int64, issued: Timestamp, validUntil: Timestamp, entries: [Entry]) {
        self.region = region
        self.serial = serial
        self.issued = issued
        self.validUntil = validUntil
        self.entries = entries
    }

    /// What is signed; nil when the values cannot stand in a policy.
    public var signedText: String? {
        let lines =
            [
                PolicyDocument.firstLine, "region \(region)", "serial \(serial)", "issued \(issued.seconds)",
                "until \(validUntil.seconds)",
            ] + entries.map { "\($0.key)=\($0.value)" }
        let text = lines.map { $0 + "\n" }.joined()
        var reader = PolicyReader(text)
        guard text.utf8.count <= PolicyDocument.maximumLength / 2, (try? reader.document()) == self, reader.isAtEnd
        else { return nil }
        return text
    }

    /// The text with a signature of each signer; nil when the values cannot stand in a policy.
    public func signed(by signers: [CaseSigner]) throws(CaseError) -> [UInt8]? {
        guard let text = signedText, (1...PolicyDocument.maximumSignatures).contains(signers.count) else { return nil }
        let digest = try PolicyDocument.digest(of: text)
        var whole = text
        for signer in signers {
            whole += "signature \(signer.info.keyName) \(try signer.key.sign(digest: digest).hex)\n"
        }
        return Array(whole.utf8)
    }

    static let firstLine = "bluezone-policy 1"

    static func digest(of text: String) throws(CaseError) -> [UInt8] {
        let bytes = Array(text.utf8)
        var digest = try Digest()
        try digest.add(bytes, 0..<bytes.count)
        return try digest.finish()
    }
}

/// Why a policy is not taken. Each case's description is a sentence.
public enum PolicyFault: Error, Hashable, Sendable, CustomStringConvertible {
    case tooLong(Int)
    /// It is of a later form than this program's; its first line.
    case newer(String)
    /// A line, counted from 1, that no policy has there.
    case line(Int)
    case unsigned
    /// None of the signers, as `ID-VERSION`, has a key here: another authority's, perhaps.
    case unknownSigner([String])
    /// The signature is not by the key of its name over these bytes.
    case badSignature(String)

    public var description: String {
        switch self {
        case .tooLong(let count): "it has \(count) bytes; a policy has at most \(PolicyDocument.maximumLength)"
        case .newer(let first): "it begins with '\(first)'; this program reads '\(PolicyDocument.firstLine)'"
        case .line(let number): "line \(number) is none that a policy has there"
        case .unsigned: "nobody signed it"
        case .unknownSigner(let names):
            "no key is known for \(names.map { "'\($0)'" }.joined(separator: ", ")), who signed it"
        case .badSignature(let name):
            "the signature is not by the key \(name) over these bytes: it was changed or signed by another key"
        }
    }
}

/// A policy whose signature is good.
public struct SignedPolicy: Hashable, Sendable {
    public let document: PolicyDocument
    /// The name of the authority's key, `ID-VERSION`.
    public let signer: String
    /// The whole text, as it came.
    public let bytes: [UInt8]

    /// Reads a policy that one of `keys` must have signed. Nothing of the text is believed before that.
    public init(_ bytes: [UInt8], signedBy keys: AuthorityKeys) throws(PolicyFault) {
        guard bytes.count <= PolicyDocument.maximumLength else { throw .tooLong(bytes.count) }
        let (text, signatures) = try PolicyReader.split(bytes)
        guard !signatures.isEmpty else { throw .unsigned }
        let known = signatures.filter { !keys.candidates(for: $0.name).isEmpty }
        guard let first = known.first else { throw .unknownSigner(signatures.map(\.name)) }
        guard let digest = try? PolicyDocument.digest(of: text) else { throw .badSignature(first.name) }
        let good = known.first { signature in
            keys.candidates(for: signature.name).contains { $0.verifies(signature.bytes, digest: digest) }
        }
        guard let good else { throw .badSignature(first.name) }
        var reader = PolicyReader(text)
        document = try reader.document()
        guard reader.isAtEnd else { throw .line(reader.line) }
        signer = good.name
        self.bytes = bytes
    }
}
