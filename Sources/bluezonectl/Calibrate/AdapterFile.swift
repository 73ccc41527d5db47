// SPDX-License-Identifier: GPL-3.0-or-later

internal import Settings

/// The owner's adapters.toml as text: rows come and go, everything else stays as it was written.
enum AdapterFile {
    /// `text` with `row` in place of what it said of `model`.
    static func text(_ text: String, setting row: AdapterCalibration, of model: String) -> String {
        var kept: [Substring] = []
        var isDropped = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let word = line.drop { $0 == " " || $0 == "\t" }
            if word.hasPrefix("[") { isDropped = word.hasPrefix("[\"\(model)\"]") }
            if !isDropped { kept.append(line) }
        }
        while kept.last?.isEmpty == true { kept.removeLast() }
        return kept.joined(separator: "\n") + (kept.isEmpty ? "" : "\n\n") + row.text(model: model)
    }
}
