// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import Control

/// What would be sent, as it is shown before somebody agrees: all of it, and nothing else.
struct PublishOffer {
    let days: [PublishableKeys]
    let server: String
    let style: Style

    /// The whole text, without a line break at its end.
    var text: String {
        let count = days.reduce(0) { $0 + Int($1.count) }
        var lines = [style.say("This would be sent to \(server):", "Những khóa này sẽ được gửi tới \(server):")]
        lines += PublishOffer.lines(days.map { ($0.day, $0.format, Int($0.count)) }, style)
        let total = Set(days.map(\.day)).count
        lines.append(
            style.say(
                """
                Together \(Quantity.count(count, "key", "keys")) of \(Quantity.count(total, "day", "days")) (UTC), and your code; \
                if you published before, what the server gave you then to know these keys by. Nothing else: no name, no place, nobody whom you met.
                The health authority holds each key back until two hours after its end; then whoever was near you while it was in \
                use may be warned.
                """,
                """
                Tổng cộng \(count) khóa của \(total) ngày (UTC), cùng với mã của bạn; nếu trước đây bạn đã \
                công bố, cả dấu mà máy chủ đã cấp khi ấy để nhận ra các khóa này. Không có gì khác: không tên, không nơi chốn, \
                không có những người bạn đã gặp.
                Cơ quan y tế giữ mỗi khóa đến hai giờ sau khi khóa hết hạn; sau đó những ai ở gần bạn khi khóa còn dùng có thể được \
                cảnh báo.
                """))
        if days.contains(where: \.isInUse) {
            lines.append(
                style.say(
                    """
                    Today's keys are closed first, so this device is silent until the quarter of an hour is over; then it goes on \
                    with new keys.
                    """,
                    """
                    Khóa của hôm nay được đóng trước, nên thiết bị này im lặng đến hết một phần tư giờ hiện tại, rồi tiếp tục với \
                    khóa mới.
                    """))
        }
        return lines.joined(separator: "\n")
    }

    var question: String {
        style.say(
            "Send it? [y/N], or a day to leave out, as \(days[0].day): ",
            "Gửi chứ? [có/K], hoặc một ngày cần bỏ ra, ví dụ \(days[0].day): ")
    }

    /// A format of which there are more keys than `most`.
    func overfull(most: Int) -> BeaconFormat? {
        BeaconFormat.allCases.first { format in
            days.filter { $0.format == format }.reduce(0) { $0 + Int($1.count) } > most
        }
    }

    /// A line for each day: `  2026-11-20  bluezone 1 key, exposure-notification 2 keys`.
    static func lines(_ contents: [(day: UTCDay, format: BeaconFormat, count: Int)], _ style: Style) -> [String] {
        Set(contents.map(\.day)).sorted().map { day in
            let formats = contents.filter { $0.day == day }.map { item in
                let keys = style.say(Quantity.count(item.count, "key", "keys"), "\(item.count) khóa")
                return "\(item.format) \(keys)"
            }
            return "  \(day)  " + formats.joined(separator: ", ")
        }
    }
}
