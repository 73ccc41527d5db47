// SPDX-License-Identifier: GPL-3.0-or-later

/// Text for displays that know only ASCII: Vietnamese letters without their marks, everything else as `?`.
enum PlainLetters {
    /// Each letter with all letters that are it with marks.
    private static let families: [(Character, String)] = [
        ("a", "àáảãạăằắẳẵặâầấẩẫậ"), ("e", "èéẻẽẹêềếểễệ"), ("i", "ìíỉĩị"), ("o", "òóỏõọôồốổỗộơờớởỡợ"),
        ("u", "ùúủũụưừứửữự"), ("y", "ỳýỷỹỵ"), ("d", "đ"),
    ]

    private static let plain: [Character: Character] = {
        var plain: [Character: Character] = [:]
        for (letter, marked) in families {
            for character in marked {
                plain[character] = letter
                for upper in character.uppercased() { plain[upper] = letter.uppercased().first }
            }
        }
        return plain
    }()

    /// `text` in ASCII, with as many characters.
    static func of(_ text: String) -> String {
        String(text.map { $0.isASCII ? $0 : plain[$0] ?? "?" })
    }
}
