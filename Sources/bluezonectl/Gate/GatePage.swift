// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import Control
internal import Platform

/// The gate as a web page for a kiosk's browser: one file with no script, which asks for itself anew every second.
struct GatePage {
    let words: GateWords

    /// The whole page.
    func text(_ view: GateView) -> String {
        let earlier = view.earlier.suffix(8).reversed().map { count in
            "<td>\(words.time.clock(count.quarter.start))<br><b>\(escaped(count.people.text))</b></td>"
        }.joined()
        let remedy = words.remedy(view)
        let lines = [
            escaped(words.sentence(view)), remedy.isEmpty ? "" : "<code>\(escaped(remedy))</code>",
            escaped(words.count(view)), escaped(words.signal(view)),
        ]
        return """
            <!DOCTYPE html>
            <html lang="\(words.style.language.rawValue)" class="\(view.verdict.word)">
            <head><meta charset="utf-8"><meta http-equiv="refresh" content="1"><title>Bluezone</title>
            <style>\(GatePage.look)</style></head>
            <body>
            <header><span>Bluezone</span><span>\(words.clock(view))</span></header>
            <h1>\(escaped(words.answer(view.verdict)))</h1>
            \(lines.filter { !$0.isEmpty }.map { "<p>\($0)</p>" }.joined(separator: "\n"))
            \(earlier.isEmpty ? "" : "<table><tr>\(earlier)</tr></table>\n")</body>
            </html>

            """
    }

    /// Sizes follow the display: the answer takes most of its height, and all of it fits.
    private static let look = """
        html{height:100%;background:#111;color:#eee;font-family:sans-serif}
        .yes{background:#0a7d2c;color:#fff}.unknown{background:#f2c230;color:#000}
        body{margin:0;height:100%;display:flex;flex-direction:column;align-items:center;text-align:center}
        header{align-self:stretch;display:flex;justify-content:space-between;padding:1vh 2vw;font-size:5vh}
        h1{margin:auto 0;font-size:min(44vh,28vw);line-height:1}p{margin:.5vh 2vw;font-size:min(6vh,5vw)}
        table{font-size:min(4vh,3vw)}td{padding:0 1.2vw 1vh}
        """

    private func escaped(_ text: String) -> String {
        text.reduce(into: "") { escaped, character in
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            default: escaped.append(character)
            }
        }
    }

    /// Puts the page in the place of the last one as one step: a browser never reads half of it. Readable to everybody, as
    /// the display is. Not made safe from a power cut, which also ends what it says.
    static func store(_ text: String, at path: String) throws(SystemError) {
        let temporary = path + ".new"
        if Folder.exists(temporary) { try Folder.remove(temporary) }
        let file = try File(temporary, .create)
        try file.write(Array(text.utf8), at: 0)
        try Folder.permit(0o644, on: temporary)
        try Folder.rename(temporary, to: path)
    }
}
