// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import Control

/// The gate for programs, one line at each change.
enum GateLines {
    /// `{"schema":1,"time":…,"verdict":"yes",…}`.
    static func json(_ view: GateView) -> String {
        JSON.object([
            schema,
            .init("time", .integer(view.now.seconds)),
            .init("verdict", .string(view.verdict.word)),
            .init("reason", view.verdict.trouble.map { .string($0.word) } ?? .null),
            .init("signal", .string(view.signal.rawValue)),
            .init("strongest", .integer(view.strongest.map { Int64($0) })),
            .init("quarter", .integer(view.quarter.start.seconds)),
            .init("bluezone", .integer(Int64(view.bluezone))),
            .init("exposureNotification", .integer(Int64(view.exposureNotification))),
            .init("people", .integer(Int64(view.people))),
        ]).text
    }

    /// The first line of CSV.
    static let header = "time,verdict,reason,signal,quarter,bluezone,exposure_notification,people"

    static func csv(_ view: GateView) -> String {
        [
            view.now.stamp, view.verdict.word, view.verdict.trouble?.word ?? "", view.signal.rawValue,
            view.quarter.start.stamp, String(view.bluezone), String(view.exposureNotification), String(view.people),
        ].joined(separator: ",")
    }

    /// The gate for people on a terminal, without a line break at its end.
    static func text(_ view: GateView, words: GateWords) -> String {
        let colour: Style.Colour =
            switch view.verdict {
            case .yes: .good
            case .no: .bad
            case .unknown: .caution
            }
        let answer = words.style.paint(words.answer(view.verdict), colour)
        let lines = [
            "\(answer)  \(words.sentence(view))", words.remedy(view), words.signal(view), words.count(view),
            words.earlier(view, width: 76),
        ]
        return lines.filter { !$0.isEmpty }.joined(separator: "\n  ")
    }
}
