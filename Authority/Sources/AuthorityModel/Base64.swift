// SPDX-License-Identifier: GPL-3.0-or-later

internal import FoundationEssentials

extension [UInt8] {
    /// The bytes that `text` spells in Base64 with padding; nil for anything else.
    package init?(base64 text: String) {
        guard let data = Data(base64Encoded: text) else { return nil }
        self = Array(data)
    }

    /// The bytes in Base64 with padding.
    package var base64: String { Data(self).base64EncodedString() }

    /// The bytes that `text` spells in the alphabet for addresses, without padding, as tokens have it; nil for anything else.
    package init?(base64URL text: Substring) {
        guard text.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "=") })
        else { return nil }
        let plain = text.utf8.map {
            $0 == UInt8(ascii: "-") ? UInt8(ascii: "+") : $0 == UInt8(ascii: "_") ? UInt8(ascii: "/") : $0
        }
        let padding = [UInt8](repeating: UInt8(ascii: "="), count: (4 - plain.count % 4) % 4)
        self.init(base64: String(decoding: plain + padding, as: UTF8.self))
    }

    /// The bytes in the alphabet for addresses, without padding.
    package var base64URL: String {
        let letters: [UInt8] = Data(self).base64EncodedData().compactMap { letter in
            switch letter {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            case UInt8(ascii: "="): nil
            default: letter
            }
        }
        return String(decoding: letters, as: UTF8.self)
    }
}
