// SPDX-License-Identifier: GPL-3.0-or-later

internal import Publishing

extension PublishTrouble {
    /// The word for a server that cannot be reached.
    static let network = "network"
    /// Google's word for a certificate that the publish server does not take: it is too old, mostly.
    static let badCertificate = "health_authority_verification_certificate_invalid"

    /// Those of the verification server that another code mends.
    private static let ofCodes: Set<String> = [
        "code_invalid", "code_expired", "code_not_found", "code_user_unauthorized", "token_invalid", "token_expired",
        "invalid_test_type", "unsupported_test_type",
    ]
    /// Those that pass; a certificate can be had anew as long as the token is good, which is a day.
    private static let passing: Set<String> = [
        "maintenance_mode", "quota_exceeded", "internal_error", "internal_server_error",
        "unable_to_load_health_authority", badCertificate,
    ]

    /// What an answer means that is not the one that was asked for. Without a word of the server's that we know, its number
    /// counts: 4xx will not change, all else may.
    init(_ step: AuthorityClient.Step, status: Int, word: String, sentence: String) {
        let said = sentence.isEmpty ? "the server answered \(step.rawValue) with HTTP \(status)" : sentence
        if PublishTrouble.ofCodes.contains(word) {
            self.init(.code, word, said)
        } else if PublishTrouble.passing.contains(word) || status == 429 || !(400..<500).contains(status) {
            self.init(.passing, word.isEmpty ? "http-\(status)" : word, said)
        } else if word.isEmpty {
            // No such page: somebody else's server, or ours in the middle of an upgrade.
            self.init(.passing, "http-\(status)", said)
        } else {
            self.init(.final, word.split(separator: " ").joined(separator: "-"), said)
        }
    }

    /// An answer without what was asked for.
    static func senseless(_ step: AuthorityClient.Step) -> PublishTrouble {
        PublishTrouble(.passing, "no-sense", "the server's answer to \(step.rawValue) is not understood")
    }
}
