// SPDX-License-Identifier: GPL-3.0-or-later
// Wall-clock time as the formats and the journal count it: milliseconds since the Unix epoch, days in UTC.

/// A moment of wall-clock time in whole milliseconds since 1970-01-01T00:00:00Z. Leap seconds are not counted.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Milliseconds since the Unix epoch.
    package var milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// The moment so many seconds after the Unix epoch.
    public init(seconds: Int64) {
        self.milliseconds = seconds &* 1000
    }

    /// Whole seconds since the Unix epoch, rounded towards the past.
    public var seconds: Int64 { milliseconds.flooredQuotient(1000) }

    /// The UTC day this moment lies in.
    public var day: UTCDay { UTCDay(number: Int32(clamping: milliseconds.flooredQuotient(UTCDay.milliseconds))) }

    /// Milliseconds since the midnight that began this moment's UTC day: 0 ..< 86 400 000.
    package var millisecondsOfDay: Int64 { milliseconds - day.start.milliseconds }

    /// Exposure Notification's interval number, `floor(unix seconds / 600)`; 0 before 1970, clamped at UInt32.max.
    package var interval: UInt32 { UInt32(clamping: max(0, seconds.flooredQuotient(600))) }

    public static func < (a: Timestamp, b: Timestamp) -> Bool { a.milliseconds < b.milliseconds }

    /// The moment `duration` later; saturates rather than overflows.
    package func advanced(by duration: Duration) -> Timestamp {
        let (sum, overflow) = milliseconds.addingReportingOverflow(duration.wholeMilliseconds)
        return Timestamp(milliseconds: overflow ? (duration < .zero ? .min : .max) : sum)
    }

    /// How long after `earlier` this moment lies; negative when it lies before.
    package func duration(since earlier: Timestamp) -> Duration {
        .milliseconds(milliseconds.subtractingReportingOverflow(earlier.milliseconds).partialValue)
    }
}

/// A UTC day, counted from 1970-01-01.
public struct UTCDay: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Milliseconds in a day.
    package static let milliseconds: Int64 = 86_400_000

    /// Days since 1970-01-01.
    public var number: Int32

    /// The day so many days after 1970-01-01.
    public init(number: Int32) {
        self.number = number
    }

    /// The day written `YYYY-MM-DD`, or nil for any other text or a date that does not exist.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-") else { return nil }
        func value(_ range: Range<Int>) -> Int64? {
            var sum: Int64 = 0
            for byte in bytes[range] {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                sum = sum * 10 + Int64(byte - UInt8(ascii: "0"))
            }
            return sum
        }
        guard let year = value(0..<4), let month = value(5..<7), let day = value(8..<10),
            (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        self.init(number: Int32(daysFromCivil(year: year, month: month, day: day)))
        guard description == String(text) else { return nil }
    }

    /// The midnight that begins the day.
    public var start: Timestamp { Timestamp(milliseconds: Int64(number) * UTCDay.milliseconds) }

    /// The midnight that ends the day, which is the next day's start.
    package var end: Timestamp { Timestamp(milliseconds: (Int64(number) + 1) * UTCDay.milliseconds) }

    /// The interval number (10 minutes) in which the day begins.
    public var firstInterval: UInt32 { start.interval }

    /// The day `days` later (earlier when negative).
    package func advanced(by days: Int) -> UTCDay {
        UTCDay(number: Int32(clamping: Int64(number) + Int64(days)))
    }

    public static func < (a: UTCDay, b: UTCDay) -> Bool { a.number < b.number }

    /// `YYYY-MM-DD`.
    public var description: String {
        let (year, month, day) = civilFromDays(Int64(number))
        func padded(_ value: Int64, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }
}

extension Int64 {
    /// The quotient rounded towards negative infinity; `divisor` must be positive.
    func flooredQuotient(_ divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}

extension Duration {
    /// Whole milliseconds, rounded towards zero and saturated to what fits.
    package var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        let (sum, sumOverflow) = whole.addingReportingOverflow(attoseconds / 1_000_000_000_000_000)
        return sumOverflow ? whole : sum
    }
}

/// Days since 1970-01-01 of a date in the proleptic Gregorian calendar, by counting eras of 400 years from March.
private func daysFromCivil(year: Int64, month: Int64, day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted.flooredQuotient(400)
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
}

/// The inverse of `daysFromCivil`.
private func civilFromDays(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = shifted.flooredQuotient(146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
}
