// SPDX-License-Identifier: GPL-3.0-or-later

import Foundation
import Testing

@testable import AuthorityPages

/// Everybody can read the pages: contrast as WCAG 2.2 works it out, at least 4.5 for text and 3 for the edges of fields and bars.
struct ContrastTests {
    @Test(arguments: [
        ("ink", "paper", 4.5), ("ink", "card", 4.5), ("soft", "paper", 4.5), ("soft", "card", 4.5),
        ("brand", "paper", 4.5),
        ("brand", "card", 4.5), ("brand-ink", "brand", 4.5), ("warn-ink", "warn", 4.5), ("bad-ink", "bad", 4.5),
        ("good", "line", 2.5), ("low", "line", 2.5), ("ink", "line", 3),
    ])
    func `colours are told apart, in the light and in the dark`(front: String, back: String, least: Double) throws {
        let schemes = ContrastTests.schemes
        try #require(schemes.count == 2)
        for scheme in schemes {
            let (front, back) = (try #require(scheme[front]), try #require(scheme[back]))
            let (a, b) = (front + 0.05, back + 0.05)
            #expect(max(a, b) / min(a, b) >= least, "\(max(a, b) / min(a, b))")
        }
    }

    /// The luminance of each colour, light and dark.
    private static var schemes: [[String: Double]] {
        let blocks = Style.sheet.components(separatedBy: ":root {").dropFirst().prefix(2)
        return blocks.map { block in
            var colours: [String: Double] = [:]
            for match in String(block.prefix { $0 != "}" }).matches(of: #/--([a-z-]+):\s*#([0-9a-f]+)/#) {
                colours[String(match.1)] = luminance(String(match.2))
            }
            return colours
        }
    }

    private static func luminance(_ text: String) -> Double {
        let digits = text.count == 3 ? text.flatMap { [$0, $0] } : Array(text)
        let channels = [0, 2, 4].map { index -> Double in
            let value = Double(Int(String(digits[index...index + 1]), radix: 16) ?? 0) / 255
            return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]
    }
}
