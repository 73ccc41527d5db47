// SPDX-License-Identifier: GPL-3.0-or-later

import AuthorityModel
import AuthorityStore
import Testing

@testable import AuthorityPages

struct AuditPageTests {
    private func document(_ language: Language) -> String {
        let entries = AuditEntry.Action.allCases.map { action in
            AuditEntry(time: 1_795_255_200, who: "root", way: "command", action: action, detail: "VN <2026112101>")
        }
        let frame = Frame(
            language: language, time: LocalTime(offset: 7),
            official: Official(name: "minh", role: .supervisor, region: "VN"), token: "", page: .audit)
        return AuditPage(frame).document(entries, older: nil)
    }

    @Test(arguments: [
        (
            Language.vietnamese,
            [
                "Thu hồi khóa đã công bố", "Công bố ngưỡng cảnh báo", "dòng lệnh", "Thêm khóa API", "Xóa khóa API",
                "Sao lưu", "Khôi phục từ bản sao lưu", "Bị từ chối: không có quyền", "Bị từ chối: quá nhiều lần",
            ]
        ),
        (
            .english,
            [
                "Took published keys back", "Published thresholds", "command line", "Added an API key",
                "Removed an API key", "Took a backup", "Restored a backup", "Refused: not allowed",
                "Refused: too often",
            ]
        ),
    ])
    func `what was done by command, and what was refused, is shown in both languages`(
        language: Language, words: [String]
    ) {
        let text = document(language)
        for word in words { #expect(text.contains(word), "\(word)") }
        #expect(text.contains("VN &lt;2026112101&gt;"))
    }

    @Test(arguments: Language.allCases)
    func `each action has words of its own`(language: Language) {
        let words = AuditEntry.Action.allCases.map { Phrase.of($0)(language) }
        #expect(Set(words).count == words.count && !words.contains(""))
    }
}
