// SPDX-License-Identifier: GPL-3.0-or-later

internal import Crypto
internal import FoundationEssentials

/// The HMAC by which a certificate is bound to the keys it was made for.
///
/// HMAC-SHA256 over one part for each key, the parts sorted by their bytes and joined by commas: `KEY.START.PERIOD.RISK` as
/// Google's server has it, `KEY.DAY.FIRST.LAST` for a Bluezone key; KEY is Base64. Where no key has a risk `.RISK` may be left out.
package enum KeyMAC {
    /// Lengths of the key, which the device draws: Google's server asks for 16 bytes at least.
    package static let keyLengths = 16...64

    /// Whether `mac` is that of `offers` under the device's `key`, compared in constant time.
    package static func isValid(_ mac: [UInt8], of offers: [KeyOffer], key: [UInt8]) -> Bool {
        guard keyLengths.contains(key.count) else { return false }
        func fits(_ text: String) -> Bool {
            HMAC<SHA256>.isValidAuthenticationCode(
                mac, authenticating: Array(text.utf8), using: SymmetricKey(data: key))
        }
        if fits(text(of: offers, withRisk: true)) { return true }
        return offers.allSatisfy(\.hasNoRisk) && fits(text(of: offers, withRisk: false))
    }

    /// The HMAC itself, 32 bytes; for tests and clients.
    package static func code(of offers: [KeyOffer], key: [UInt8], withRisk: Bool = true) -> [UInt8] {
        let text = Array(text(of: offers, withRisk: withRisk).utf8)
        return Array(HMAC<SHA256>.authenticationCode(for: text, using: SymmetricKey(data: key)))
    }

    private static func text(of offers: [KeyOffer], withRisk: Bool) -> String {
        offers.map { $0.macPart(withRisk: withRisk) }
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            .joined(separator: ",")
    }
}

extension KeyOffer {
    fileprivate var hasNoRisk: Bool {
        switch validity {
        case .intervals(_, _, let risk): (risk ?? 0) == 0
        case .slots: true
        }
    }

    fileprivate func macPart(withRisk: Bool) -> String {
        switch validity {
        case .intervals(let start, let period, let risk):
            "\(key).\(start).\(period)" + (withRisk ? ".\(risk ?? 0)" : "")
        case .slots(let day, let first, let last): "\(key).\(day).\(first).\(last)"
        }
    }
}
