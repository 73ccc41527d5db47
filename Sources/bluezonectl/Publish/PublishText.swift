// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import Publishing

/// How a publication stands, for people and for programs.
struct PublishText {
    let report: PublishReport
    let style: Style
    var time = LocalTime.system

    /// A line for each day.
    var contents: String {
        PublishOffer.lines(report.contents.map { ($0.day, $0.format, $0.keys) }, style).joined(separator: "\n")
    }

    /// One or two sentences: how it stands, and what to do.
    var verdict: String {
        switch report.state {
        case .none:
            style.say("Nothing waits to be published.", "Không có gì đang chờ gửi.")
        case .busy:
            style.say("Publishing is under way.", "Việc gửi đang diễn ra.")
        case .unconfigured:
            style.say(
                "No server is configured: set [Publish] Server, see bluezone.conf(5).",
                "Chưa cấu hình máy chủ: đặt [Publish] Server, xem bluezone.conf(5).")
        case .done: done
        case .waiting:
            style.say(
                "Not sent yet (\(reason)); it goes on by itself, or now with: bluezonectl publish",
                "Chưa gửi được (\(reason)); sẽ tự tiếp tục, hoặc tiếp tục ngay bằng: bluezonectl publish")
        case .codeNeeded:
            "\(reason) "
                + style.say(
                    "What you agreed to is kept; go on with another code: bluezonectl publish --code 12345678",
                    "Những gì bạn đã đồng ý vẫn được giữ; tiếp tục với mã khác: bluezonectl publish --code 12345678")
        case .refused:
            style.say(
                "The server refuses it: \(reason). Drop it with: bluezonectl publish --withdraw",
                "Máy chủ từ chối: \(reason). Hủy bằng: bluezonectl publish --withdraw")
        }
    }

    private var done: String {
        if report.level == PublishReport.takenBack {
            return style.say(
                "Your keys are taken back: who was warned because of them is told so with the authority's next list.",
                "Khóa của bạn đã được thu hồi: người từng nhận cảnh báo vì các khóa này sẽ được báo lại trong danh sách kế tiếp của cơ quan y tế."
            ) + (report.sentence.isEmpty ? "" : " (\(report.sentence))")
        }
        let level =
            report.level == "F1"
            ? style.say("as a contact of a case (F1)", "với tư cách người tiếp xúc (F1)")
            : style.say("as a confirmed case (F0)", "với tư cách ca bệnh (F0)")
        var text = style.say(
            "Your keys are with the health authority, \(level).", "Khóa của bạn đã tới cơ quan y tế, \(level).")
        if let visible = report.visible {
            let moment = "\(time.day(of: visible)) \(time.clock(visible))"
            text += style.say(
                " Others see the last of them from \(moment) on, with the authority's next list.",
                " Người khác thấy khóa cuối cùng từ \(moment), trong danh sách kế tiếp của cơ quan y tế.")
        }
        return report.sentence.isEmpty ? text : text + " (\(report.sentence))"
    }

    /// Why it did not get on.
    private var reason: String {
        switch report.word {
        case "": style.say("a code is needed.", "cần một mã.")
        case "code_invalid", "code_not_found":
            style.say("The code is wrong, or was used before.", "Mã sai hoặc đã được dùng.")
        case "code_expired":
            style.say("The code has expired: it is good for 15 minutes.", "Mã đã hết hạn: mã chỉ có hiệu lực 15 phút.")
        case "token_expired", "token_invalid":
            style.say("The code was accepted too long ago.", "Mã đã được chấp nhận quá lâu trước đây.")
        case "network": style.say("the server cannot be reached", "không kết nối được máy chủ")
        default: report.sentence.isEmpty ? report.word : report.sentence
        }
    }

    /// The report for programs; bluezonectl(1) lists the members.
    var json: JSON {
        .object([
            schema, .init("state", .string(report.state.rawValue)), .init("reason", .string(report.word)),
            .init("message", .string(report.sentence)), .init("level", .string(report.level)),
            .init(
                "keys",
                .array(
                    report.contents.map { content in
                        .object([
                            .init("day", .string(content.day.description)),
                            .init("format", .string(content.format.description)),
                            .init("count", .integer(Int64(content.keys))),
                        ])
                    })), .init("visible", .integer(report.visible?.seconds)),
        ])
    }
}
