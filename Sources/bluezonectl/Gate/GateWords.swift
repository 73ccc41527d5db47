// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import Control

/// What the gate says to people, in English or Vietnamese.
struct GateWords {
    let style: Style
    let time: LocalTime

    /// The answer in one word, for the largest letters there is room for.
    func answer(_ verdict: GateView.Verdict) -> String {
        switch verdict {
        case .yes: style.say("YES", "CÓ")
        case .no: style.say("NO", "CHƯA")
        case .unknown: "?"
        }
    }

    /// What the answer means, or what to do about it.
    func sentence(_ view: GateView) -> String {
        switch view.verdict {
        case .yes:
            style.say("A working Bluezone is within about a metre.", "Có Bluezone đang hoạt động trong khoảng một mét.")
        case .no:
            style.say(
                "Open the Bluezone app and hold the phone here.", "Hãy mở ứng dụng Bluezone và đưa điện thoại lại đây.")
        case .unknown(let trouble): meaning(trouble)
        }
    }

    /// The exact thing to do about a trouble; empty when there is nothing to do but wait.
    func remedy(_ view: GateView) -> String {
        switch view.verdict.trouble {
        case .notRunning: "sudo systemctl start bluezoned"
        case .notPermitted: "sudo usermod --append --groups \(StationInterface.group) NAME"
        case .silent: "sudo systemctl restart bluezoned"
        case .paused: "bluezonectl resume"
        case .noAdapter, .blocked: "bluezonectl status"
        case .resting: "[Scan] Profile=continuous (bluezone.conf)"
        case .starting, .closed, nil: ""
        }
    }

    private func meaning(_ trouble: GateTrouble) -> String {
        switch trouble {
        case .starting: style.say("The gate is starting.", "Cổng kiểm tra đang khởi động.")
        case .notRunning:
            style.say("Cannot see: bluezoned is not running.", "Không kiểm tra được: bluezoned không chạy.")
        case .notPermitted:
            style.say(
                "Cannot see: bluezoned does not let us ask.", "Không kiểm tra được: không có quyền hỏi bluezoned.")
        case .silent(let why):
            style.say("Cannot see: \(why).", "Không kiểm tra được: bluezoned không trả lời đúng.")
        case .paused(let until): paused(until)
        case .noAdapter:
            style.say(
                "Cannot see: there is no Bluetooth adapter.", "Không kiểm tra được: không có bộ điều hợp Bluetooth.")
        case .blocked:
            style.say(
                "Cannot see: Bluetooth may not be used now.", "Không kiểm tra được: hiện không dùng được Bluetooth.")
        case .resting:
            style.say(
                "Cannot say: bluezoned listens only now and then.",
                "Chưa biết được: bluezoned chỉ thỉnh thoảng mới lắng nghe.")
        case .closed: style.say("The gate is closed.", "Cổng kiểm tra đã tắt.")
        }
    }

    private func paused(_ until: Timestamp?) -> String {
        guard let until else {
            return style.say("Cannot see: bluezoned is paused.", "Không kiểm tra được: bluezoned đang tạm dừng.")
        }
        let clock = time.clock(until)
        return style.say(
            "Cannot see: bluezoned is paused until \(clock).", "Không kiểm tra được: bluezoned tạm dừng đến \(clock).")
    }

    /// The strongest signal in a word; empty while the gate does not hear.
    func signal(_ view: GateView) -> String {
        guard view.verdict.trouble == nil || view.verdict.trouble == .resting else { return "" }
        let word =
            switch view.signal {
            case .near: style.say("near", "ở gần")
            case .away: style.say("a bit away", "hơi xa")
            case .nobody: style.say("nobody", "không có ai")
            }
        return style.say("Signal: ", "Tín hiệu: ") + word
    }

    /// The count of the quarter under way; empty when the gate is closed.
    func count(_ view: GateView) -> String {
        if view.verdict.trouble == .closed { return "" }
        if view.isClockUntrusted {
            return style.say("The clock is not set: nothing is counted.", "Đồng hồ chưa đúng: chưa đếm.")
        }
        let (start, end) = (time.clock(view.quarter.start), time.clock(view.quarter.end))
        return "\(start)-\(end): "
            + style.say(Quantity.count(view.people, "person", "people"), "\(view.people) người")
    }

    /// As many of today's earlier quarters, the newest first, as `width` columns hold; empty when there is none.
    func earlier(_ view: GateView, width: Int) -> String {
        var text = ""
        for count in view.earlier.reversed() {
            let item = time.clock(count.quarter.start) + " " + count.people.text
            let longer = text.isEmpty ? style.say("Before: ", "Trước đó: ") + item : text + ", " + item
            guard longer.count <= width else { break }
            text = longer
        }
        return text
    }

    /// The time of day, with seconds: a display that hangs shows it.
    func clock(_ view: GateView) -> String { time.clock(view.now, withSeconds: true) }
}
