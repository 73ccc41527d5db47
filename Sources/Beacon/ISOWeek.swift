// SPDX-License-Identifier: GPL-3.0-or-later

/// A week of ISO 8601 in UTC: it begins on Monday and belongs to the year that has its Thursday.
public struct ISOWeek: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The week's Monday.
    public let firstDay: UTCDay

    /// The week that `day` lies in.
    public init(_ day: UTCDay) {
        // 1970-01-01 was a Thursday. Monday cannot be so early that it has no number: days that far back do not come from clocks.
        let number = Int64(day.number)
        let monday = (number + 3).flooredQuotient(7) * 7 - 3
        firstDay = UTCDay(number: Int32(clamping: monday))
    }

    /// The week written `2026-W47`; nil for any other text or a week that does not exist.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count == 8, bytes[4] == UInt8(ascii: "-"), bytes[5] == UInt8(ascii: "W"),
            let january4 = UTCDay(String(decoding: bytes[..<4], as: UTF8.self) + "-01-04"),
            let number = Int(String(decoding: bytes[6...], as: UTF8.self)), (1...53).contains(number)
        else { return nil }
        // The fourth of January lies in the first week by definition.
        self.init(january4.advanced(by: (number - 1) * 7))
        guard description == String(text) else { return nil }
    }

    /// The week so many weeks later; earlier when negative.
    public func advanced(by weeks: Int) -> ISOWeek {
        let days = Int64(clamping: weeks).multipliedReportingOverflow(by: 7)
        guard !days.overflow else { return self }
        return ISOWeek(firstDay.advanced(by: Int(clamping: days.partialValue)))
    }

    public static func < (a: ISOWeek, b: ISOWeek) -> Bool { a.firstDay < b.firstDay }

    /// `2026-W47`.
    public var description: String {
        let year = String(firstDay.advanced(by: 3).description.dropLast("-01-01".count))
        let first = UTCDay(year + "-01-04").map { ISOWeek($0).firstDay.number } ?? firstDay.number
        let number = (Int64(firstDay.number) - Int64(first)) / 7 + 1
        return "\(year)-W\(number < 10 ? "0" : "")\(number)"
    }
}
