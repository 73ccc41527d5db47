// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Exposure

@testable import Cases

/// The authority's policy: what may be any bytes, and what becomes of it.
enum PolicyInput: FuzzedInput {
    static func check(_ bytes: [UInt8]) throws {
        let samples = try ExportSamples.made()
        if let policy = try? SignedPolicy(bytes, signedBy: samples.keys) {
            try demand(policy.signer == "452-v1", "the signer is the one whose key is here")
            try demand(policy.document == sample, "what is accepted is what was signed")
        }
        guard let (text, _) = try? PolicyReader.split(bytes) else { return }
        var reader = PolicyReader(text)
        guard let document = try? reader.document(), reader.isAtEnd else { return }
        _ = PolicyRules.objection(to: document.entries)
        if let written = document.signedText {
            try demand(written == text, "a policy is written in one way")
        } else {
            try demand(text.utf8.count > PolicyDocument.maximumLength / 2, "what reads as a policy can be one")
        }
    }

    private static let sample = PolicyDocument(
        region: "VN", serial: 2_026_112_101, issued: Timestamp(seconds: 1_795_255_200),
        validUntil: Timestamp(seconds: 1_803_031_200),
        entries: [
            .init(key: "AlertMinutes", value: "10"), .init(key: "HighInfectiousnessDays", value: "-2..3, 5"),
            .init(key: "LowMinutes", value: "off"),
        ])

    static func seeds() throws -> [Seed] {
        let samples = try ExportSamples.made()
        let other = CaseSigner(key: try SigningKey.random(), keyID: "262", keyVersion: "v1")
        return [
            Seed("signed", try sample.signed(by: [samples.signer]) ?? []),
            Seed("foreign", try sample.signed(by: [other]) ?? []),
            Seed("two", try sample.signed(by: [other, samples.signer]) ?? []),
            Seed("bare", Array((sample.signedText ?? "").utf8)),
        ]
    }
}
