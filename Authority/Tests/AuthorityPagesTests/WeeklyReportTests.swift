// SPDX-License-Identifier: GPL-3.0-or-later

import AuthorityModel
import AuthorityStore
import Beacon
import Testing

@testable import AuthorityPages

/// A report says of each number how it was counted.
struct WeeklyReportTests {
    private let week = ISOWeek(UTCDay(number: 20_000))

    /// One province reported and counted, one only counted, one has hardly any, of one nothing is known.
    private var report: WeeklyReport {
        let people: [(String, Int64)] = [("VN-04", 530_856), ("VN-HN", 1000), ("VN-SG", 1000), ("VN-99", 1000)]
        let devices: [(String, Int64)] = [("VN-04", 12), ("VN-HN", 250), ("VN-SG", 9)]
        let provinces = people.map { Province(code: $0.0, name: "Tỉnh " + $0.0, population: $0.1, source: "") }
        let counted = devices.map { AdoptionCount(week: week, province: $0.0, devices: $0.1) }
        return WeeklyReport(
            week: week, codes: [.f0: 3, .f1: 2],
            publications: [PublicationCount(day: week.firstDay.number, caseClass: .f0, count: 1)], batches: [],
            coverages: Coverage.all(
                provinces, reported: [ReportedCount(province: "VN-04", day: 19_990, devices: 72_636)], counted: counted)
        )
    }

    private func rows(_ language: Language) -> [[String]] { CSVReader.rows(report.csv(language)) }

    private func page(_ language: Language) -> String {
        let frame = Frame(
            language: language, time: LocalTime(offset: 7),
            official: Official(name: "minh", role: .supervisor, region: "VN"), token: "", page: .report)
        return report.document(frame, isLast: true)
    }

    @Test func `each row of the table says where its number is from`() {
        let rows = rows(.english)
        #expect(rows.contains(["Codes issued for F0", "3", "the server's audit log"]))
        #expect(rows.contains(["Publications by F0", "1", "the server, at each publication"]))
        #expect(rows.contains { $0.first == "Province" && $0.last == "Source" })
        let day = UTCDay(number: 19_990).description
        #expect(
            rows.contains(["VN-04", "Tỉnh VN-04", "530856", "72636", day, "12", "13.68", "Reported"]),
            "the share is of what was reported")
        #expect(rows.contains(["VN-HN", "Tỉnh VN-HN", "1000", "", "", "250", "25.00", "Counted themselves"]))
        #expect(rows.contains(["VN-99", "Tỉnh VN-99", "1000", "", "", "", "", ""]))
    }

    @Test func `fewer than ten devices that counted themselves are no number and have no share`() {
        #expect(
            rows(.english).contains(["VN-SG", "Tỉnh VN-SG", "1000", "", "", "< 10", "", "Counted themselves"]))
        let text = page(.english)
        #expect(text.contains("&lt; 10<br>"))
        #expect(!text.contains("0.90 %") && text.contains("25.00 %"))
    }

    @Test(arguments: [
        (Language.vietnamese, "Ghi chú", ["do cán bộ nhập", "đếm ẩn danh", "Không bao giờ cộng", "“< 10”", "giờ UTC"]),
        (.english, "Note", ["entered by officials", "anonymous count", "never added", "“< 10”", "in UTC"]),
    ])
    func `the table and the page say the same of how it is counted`(language: Language, word: String, parts: [String]) {
        let notes = rows(language).filter { $0.first == word }
        #expect(notes.count == 4 && notes.allSatisfy { $0.count == 2 }, "a word and a sentence")
        let text = notes.map { $0[1] }.joined(separator: " ")
        for part in parts { #expect(text.contains(part), "\(part)") }
        #expect(page(language).contains(HTML(text).markup))
    }

    @Test(arguments: [
        (Language.vietnamese, "Báo cáo", "Thiết bị tự đếm"), (.english, "Reported", "Counted themselves"),
    ])
    func `the page tells what was reported from what devices counted`(language: Language, first: String, second: String)
    {
        let text = page(language)
        func cell(_ number: Int64, _ source: String) -> String {
            language.number(number) + "<br><small class=\"source\">" + source + "</small>"
        }
        #expect(text.contains(cell(72_636, first)))
        #expect(text.contains(cell(250, second)))
        #expect(!text.contains(cell(12, second)), "beside a reported number it is not the one that counts")
    }

    @Test(arguments: Language.allCases) func `no field is taken for a formula`(language: Language) {
        for field in rows(language).joined() { #expect(!"=+-@".contains(field.first ?? " "), "\(field)") }
    }
}
