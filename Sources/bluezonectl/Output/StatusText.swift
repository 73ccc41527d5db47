// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import Control

/// `bluezonectl status` for people: a verdict, aligned lines, and each warning with what to do about it.
struct StatusText {
    let status: StationStatus
    let now: Timestamp
    let style: Style

    /// The whole text, without a line break at its end.
    var text: String {
        let width = lines.map(\.label.count).max() ?? 0
        let aligned = lines.map { label, value in
            "  " + label + ":" + String(repeating: " ", count: width - label.count + 1) + value
        }
        return ([verdict] + aligned + warnings).joined(separator: "\n")
    }

    /// One line: what the daemon does, and whether its owner was near a case.
    private var verdict: String {
        let work = style.paint(stateSentence, stateColour)
        return switch status.alertLevel {
        case .none: work
        case .f1:
            work + " "
                + style.paint(style.say("You were near a confirmed case (F1).", "Bạn đã ở gần một ca bệnh (F1)."), .bad)
        case .f2:
            work + " "
                + style.paint(
                    style.say(
                        "You were near a contact of a case (F2).", "Bạn đã ở gần người tiếp xúc của ca bệnh (F2)."),
                    .bad)
        }
    }

    private var stateSentence: String {
        switch status.state {
        case .starting: style.say("Bluezone is starting.", "Bluezone đang khởi động.")
        case .running:
            status.formats.isEmpty
                ? style.say("Bluezone is listening.", "Bluezone đang lắng nghe.")
                : style.say("Bluezone is sending and listening.", "Bluezone đang phát và lắng nghe.")
        case .paused:
            if let until = status.pausedUntil, until > now {
                style.say(
                    "Bluezone is paused for another \(remaining(until)).",
                    "Bluezone đang tạm dừng, còn \(remaining(until)).")
            } else {
                style.say("Bluezone is paused until you resume it.", "Bluezone đang tạm dừng cho đến khi bạn bật lại.")
            }
        case .noAdapter:
            style.say(
                "Bluezone cannot work: there is no Bluetooth adapter.",
                "Bluezone không hoạt động được: không có bộ điều hợp Bluetooth.")
        case .blocked:
            style.say(
                "Bluezone cannot work: it may not use Bluetooth now.",
                "Bluezone không hoạt động được: hiện không dùng được Bluetooth.")
        case .clockUntrusted:
            style.say(
                "Bluezone is waiting for the clock to be set.", "Bluezone đang chờ đồng hồ hệ thống được đặt đúng.")
        }
    }

    private func remaining(_ until: Timestamp) -> String {
        Quantity.length(until.seconds - now.seconds, in: style)
    }

    private var stateColour: Style.Colour {
        switch status.state {
        case .running: status.warnings.isEmpty ? .good : .caution
        case .starting, .paused, .clockUntrusted: .caution
        case .noAdapter, .blocked: .bad
        }
    }

    private var lines: [(label: String, value: String)] {
        [
            (style.say("Adapter", "Bộ điều hợp"), status.adapter.isEmpty ? none : status.adapter),
            (style.say("On the air", "Đang phát"), onAir),
            (style.say("Listening", "Lắng nghe"), listening),
        ] + scanning + [
            (style.say("Heard today", "Hôm nay nghe được"), heard),
            (style.say("Last sighting", "Lần nghe gần nhất"), age(status.lastSighting)),
            (style.say("Case keys", "Khóa ca bệnh"), caseKeys),
            (style.say("Last match", "Lần đối chiếu gần nhất"), age(status.lastMatch)),
            (style.say("Alerts", "Cảnh báo"), alerts),
        ] + policyLines + [
            (style.say("Journal", "Nhật ký"), journal)
        ] + (status.handover.isEmpty ? [] : [(style.say("iPhones", "iPhone"), handover)])
    }

    /// How the daemon listens, as far as there is something to say.
    private var scanning: [(label: String, value: String)] {
        var lines: [(label: String, value: String)] = []
        if let way = status.scanWay { lines.append((style.say("Scan", "Cách quét"), sentence(way))) }
        if status.lostReports > 0 {
            lines.append(
                (
                    style.say("Lost", "Bị mất"),
                    style.say("\(status.lostReports) reports", "\(status.lostReports) gói tin")
                ))
        }
        return lines
    }

    private func sentence(_ way: ScanWay) -> String {
        switch way {
        case .discovery: style.say("by discovery", "bằng cách dò tìm (discovery)")
        case .monitor:
            style.say("passively, by advertisement monitor", "thụ động, qua bộ theo dõi quảng bá (monitor)")
        case .hci: style.say("on an HCI socket", "trên socket HCI")
        }
    }

    private var none: String { style.say("none", "không có") }

    private var onAir: String {
        status.formats.isEmpty
            ? style.say("nothing", "không phát gì") : status.formats.map(\.description).joined(separator: ", ")
    }

    private var listening: String {
        style.say(
            "\(status.listeningShare) % of the last hour, profile \(status.scanProfile.rawValue)",
            "\(status.listeningShare) % của giờ vừa qua, chế độ \(status.scanProfile.rawValue)")
    }

    private var heard: String {
        let isFull = status.identifiersToday >= StationStatus.mostIdentifiers
        return style.say(
            Quantity.count(status.sightingsToday, "sighting", "sightings") + " of " + (isFull ? "at least " : "")
                + Quantity.count(status.identifiersToday, "identifier", "identifiers"),
            "\(status.sightingsToday) lần, \(isFull ? "ít nhất " : "")\(status.identifiersToday) mã")
            + (status.replaysToday == 0
                ? "" : style.say(", \(status.replaysToday) replayed", ", \(status.replaysToday) lần phát lại"))
    }

    private var caseKeys: String {
        let last = status.lastImport.map { ", " + style.say("newest ", "mới nhất ") + age($0) } ?? ""
        return "\(status.caseKeys)\(last)"
    }

    private var alerts: String {
        status.alertLevel == .none
            ? none
            : style.paint(status.alertLevel.rawValue, .bad) + style.say(": see ", ": xem ") + "bluezonectl alerts"
    }

    private var journal: String {
        Quantity.bytes(status.journalBytes)
            + style.say(
                ", \(status.daysRecorded) of the last \(status.daysKept) days recorded",
                ", ghi được \(status.daysRecorded) trong \(status.daysKept) ngày gần nhất")
    }

    private func age(_ time: Timestamp?) -> String {
        time.map { Quantity.age(of: $0, at: now, in: style) } ?? style.say("never", "chưa có")
    }

    private var warnings: [String] {
        status.warnings.flatMap { warning in
            let detail = warning.detail.isEmpty ? "" : " (\(warning.detail))"
            let advice = WarningAdvice(warning.kind, in: style)
            return [
                style.paint(style.say("Warning: ", "Chú ý: "), .caution) + advice.meaning + detail,
                "  " + style.say("Fix: ", "Cách sửa: ") + advice.remedy,
            ]
        }
    }
}
