// SPDX-License-Identifier: GPL-3.0-or-later

/// A count of people as it may be kept: below `least` only that it is below. A count of one at a quarter past three in the
/// morning is a record of one person; and if nothing were told from one, the nothings would tell who was there.
enum Tally: Hashable {
    /// The smallest count that is kept exactly.
    static let least = 3

    /// None, one or two.
    case few
    /// At least `least`.
    case number(Int)

    init(_ count: Int) { self = count < Tally.least ? .few : .number(count) }

    /// The tally that `text` spells; nil for any other text.
    init?(_ text: some StringProtocol) {
        if text == "<\(Tally.least)" {
            self = .few
        } else {
            guard let count = Int(text), count >= Tally.least, String(count) == String(text) else { return nil }
            self = .number(count)
        }
    }

    /// `<3`, or the number.
    var text: String {
        switch self {
        case .few: "<\(Tally.least)"
        case .number(let count): String(count)
        }
    }
}
