// SPDX-License-Identifier: GPL-3.0-or-later

extension [UInt8] {
    /// The bytes that hexadecimal digits spell; a line's end behind them does not count.
    init?(hexadecimal text: String) {
        let digits = text.utf8.filter { $0 != 0x0A }.map { UnicodeScalar($0) }
        guard digits.count.isMultiple(of: 2), digits.allSatisfy(\.properties.isASCIIHexDigit) else { return nil }
        self = stride(from: 0, to: digits.count, by: 2).compactMap { index in
            UInt8(String(digits[index]) + String(digits[index + 1]), radix: 16)
        }
    }

    /// Two hexadecimal digits a byte.
    var hexadecimal: String { map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
}
