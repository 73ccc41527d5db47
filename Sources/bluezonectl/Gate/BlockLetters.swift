// SPDX-License-Identifier: GPL-3.0-or-later

/// Letters made of blocks, for the few words that must be read from across a room. Drawn by hand on a grid of seven rows,
/// with two above for a mark.
enum BlockLetters {
    /// The word as rows of blocks, all equally long, a column between letters. A letter that there is none of is left out.
    static func rows(_ word: String) -> [[Bool]] {
        let letters = word.compactMap { glyphs[$0] }
        guard let most = letters.map(\.count).max() else { return [] }
        return (0..<most).map { row in
            let pieces = letters.map { letter in
                // Letters stand on one line; a shorter one leaves the rows above it free.
                let own = row - (most - letter.count)
                return own < 0 ? String(repeating: ".", count: letter.last?.count ?? 0) : letter[own]
            }
            return pieces.joined(separator: ".").map { $0 == "#" }
        }
    }

    private static let glyphs: [Character: [String]] = [
        "Y": ["#...#", "#...#", ".#.#.", "..#..", "..#..", "..#..", "..#.."],
        "E": ["#####", "#....", "#....", "####.", "#....", "#....", "#####"],
        "S": [".####", "#....", "#....", ".###.", "....#", "....#", "####."],
        "N": ["#...#", "##..#", "##..#", "#.#.#", "#..##", "#..##", "#...#"],
        "O": [".###.", "#...#", "#...#", "#...#", "#...#", "#...#", ".###."],
        "C": [".####", "#....", "#....", "#....", "#....", "#....", ".####"],
        "H": ["#...#", "#...#", "#...#", "#####", "#...#", "#...#", "#...#"],
        "A": [".###.", "#...#", "#...#", "#####", "#...#", "#...#", "#...#"],
        "U": ["#...#", "#...#", "#...#", "#...#", "#...#", "#...#", ".###."],
        "?": [".###.", "#...#", "....#", "...#.", "..#..", ".....", "..#.."],
        "Ó": ["...#.", "..#..", ".###.", "#...#", "#...#", "#...#", "#...#", "#...#", ".###."],
        "Ư": ["#...#.#", "#...#.#", "#...##.", "#...#..", "#...#..", "#...#..", ".###..."],
    ]
}
