// SPDX-License-Identifier: GPL-3.0-or-later

/// The languages in which alerts and the control tool's summary are written.
package enum MessageLanguage: String, CaseIterable, Sendable {
    case english = "en"
    case vietnamese = "vi"

    /// The language of the locale that `LC_ALL`, `LC_MESSAGES` and `LANG` choose in this order. Vietnamese needs
    /// characters that only a UTF-8 locale can show; every other locale reads English.
    package init(environment value: (String) -> String?) {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].lazy.compactMap(value).first { !$0.isEmpty } ?? "C"
        let parts = locale.split(separator: "@")[...].first?.split(separator: ".") ?? []
        let language = parts.first?.lowercased() ?? ""
        let characters = parts.dropFirst().first?.lowercased() ?? "utf-8"
        let isVietnamese = language == "vi" || language.hasPrefix("vi_")
        self = isVietnamese && (characters == "utf-8" || characters == "utf8") ? .vietnamese : .english
    }
}

extension AlertNotice {
    /// The alert as its owner reads it: one or two sentences with the day and the minutes, nothing more exact.
    package func sentence(in language: MessageLanguage) -> String {
        switch (language, level) {
        case (.english, .f1):
            "On \(day) (UTC) you were near a confirmed case (F0) for about \(minutes) minutes: you are F1. "
                + "Follow the advice of your health authority."
        case (.english, .f2):
            "On \(day) (UTC) you were near a contact (F1) of a confirmed case for about \(minutes) minutes: "
                + "you are F2. Follow the advice of your health authority."
        case (.vietnamese, .f1):
            "Ngày \(day) (UTC) bạn đã ở gần một ca bệnh đã xác nhận (F0) trong khoảng \(minutes) phút: bạn là F1. "
                + "Hãy làm theo hướng dẫn của cơ quan y tế."
        case (.vietnamese, .f2):
            "Ngày \(day) (UTC) bạn đã ở gần một người tiếp xúc (F1) của ca bệnh trong khoảng \(minutes) phút: "
                + "bạn là F2. Hãy làm theo hướng dẫn của cơ quan y tế."
        }
    }
}
