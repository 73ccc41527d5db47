// SPDX-License-Identifier: GPL-3.0-or-later

internal import Control

/// `bluezonectl alerts` for people: the newest day first, one sentence each.
struct AlertsText {
    let alerts: [AlertNotice]
    let style: Style

    /// The whole text, without a line break at its end.
    var text: String {
        guard !alerts.isEmpty else {
            return style.say(
                "No alerts. You were not near a known case while Bluezone was listening.",
                "Không có cảnh báo. Bạn không ở gần ca bệnh nào đã biết trong lúc Bluezone lắng nghe.")
        }
        return alerts.sorted { ($0.day, $1.level.rawValue) > ($1.day, $0.level.rawValue) }.map { alert in
            style.paint(alert.level.rawValue, .bad) + "  " + alert.sentence(in: style.language)
        }.joined(separator: "\n")
    }
}
