// SPDX-License-Identifier: GPL-3.0-or-later

/// A code that an official gives to somebody who was confirmed: eight digits to type, or sixteen characters for a link.
package struct AccessCode: Hashable, Sendable {
    package enum Form: Hashable, Sendable {
        /// Eight digits, good for 15 minutes.
        case short
        /// Sixteen characters, good for 24 hours.
        case long

        /// Seconds that a code of this form is good for.
        package var lifetime: Int64 {
            switch self {
            case .short: 15 * 60
            case .long: 24 * 60 * 60
            }
        }

        /// Whether a code of this form that ends at `expires` is good at `now`, in Unix seconds. One that has longer to go than a fresh
        /// one was issued by a wrong clock.
        package func isGood(until expires: Int64, now: Int64) -> Bool {
            let (left, isAbsurd) = expires.subtractingReportingOverflow(now)
            return !isAbsurd && left > 0 && left <= lifetime + AccessCode.tolerance
        }

        var length: Int { self == .short ? 8 : 16 }
    }

    /// Seconds by which the clocks of two servers, or of one at two times, may differ.
    package static let tolerance: Int64 = 300

    package let form: Form
    /// The digits or characters, without anything between them.
    package let text: String

    /// Digits and small letters without those that are taken for one another: 32 of them, so 80 bits in a long code.
    private static let letters = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    /// A fresh code from the system's random source.
    package static func random(_ form: Form) -> AccessCode {
        var generator = SystemRandomNumberGenerator()
        let alphabet = form == .short ? letters[..<10] : letters[...]
        let characters = (0..<form.length).map { _ in alphabet[Int.random(in: alphabet.indices, using: &generator)] }
        return AccessCode(form: form, text: String(decoding: characters, as: UTF8.self))
    }

    /// The code that somebody typed; blanks, hyphens and the case of letters do not count. Nil for what cannot be a code.
    package init?(typed text: String) {
        guard text.utf8.count <= 64 else { return nil }
        let characters = text.lowercased().utf8.filter { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "-") }
        for form in [Form.short, .long] where characters.count == form.length {
            let alphabet = form == .short ? AccessCode.letters[..<10] : AccessCode.letters[...]
            guard characters.allSatisfy(alphabet.contains) else { return nil }
            self.init(form: form, text: String(decoding: characters, as: UTF8.self))
            return
        }
        return nil
    }

    private init(form: Form, text: String) {
        self.form = form
        self.text = text
    }
}
