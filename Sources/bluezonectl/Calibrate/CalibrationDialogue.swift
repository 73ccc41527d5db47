// SPDX-License-Identifier: GPL-3.0-or-later
// Walks a person through measuring an adapter at one metre, with a phone or a second board.

internal import Control
internal import Settings

/// The two measurements and what comes of them. What it needs of the world is given to it.
struct CalibrationDialogue {
    /// What the daemon says of the adapter.
    let status: StationStatus
    let style: Style
    /// dBm that the device at one metre radiates; nil when its owner does not know.
    var referencePower: Int8?
    /// dB to add to what that device says it hears; nil when its owner does not know.
    var referenceCorrection: Int8?
    /// What the daemon hears now.
    let look: () async throws -> [NearbyBeacon]
    /// Waits for the next look.
    let rest: () async throws -> Void
    /// Shows a text and returns the answer's line; nil at the end of the input.
    let ask: (String) -> String?
    let show: (String) -> Void

    /// The median Android phone in Google's table of calibrations radiates this (exposure-notification-facts 2.4).
    static let usualPhone: Int8 = -26
    /// Looks without a word of the other device before giving up: longer than any profile pauses.
    static let patience = 180

    /// The measured row, or nil when nothing was measured. What was left out stays as it was known. The confidence is declared
    /// to everybody beside the power, so it stays with a power that was left out.
    func run() async throws -> AdapterCalibration? {
        show(introduction)
        var row = AdapterCalibration()
        row.name = status.adapterModel.isEmpty ? status.adapter : status.adapterModel
        (row.radiatedPower, row.correction) = (status.radiatedPower, status.correction)
        row.setPoint = status.chipPower == 127 ? nil : status.chipPower
        row.confidence = knownConfidence
        let hears = try await measureHearing()
        let sends = measureSending()
        guard hears != nil || sends != nil else { return nil }
        if let hears { row.correction = hears }
        if let sends {
            row.radiatedPower = sends
            let isEarKnown = hears == nil ? [.medium, .high].contains(row.confidence) : referencePower != nil
            row.confidence = isEarKnown && referenceCorrection != nil ? .medium : .low
        }
        return row
    }

    private var knownConfidence: AdapterCalibration.Confidence {
        AdapterCalibration.Confidence.allCases.first { $0.word == status.confidence } ?? .lowest
    }

    private var introduction: String {
        style.say(
            """
            Measuring \(status.adapter) takes some minutes. You need a phone with a contact-tracing app, or a second board \
            with bluezoned, and a metre of free air: both at the same height, nothing between or close by, nobody else's \
            phone within five metres.
            """,
            """
            Việc đo \(status.adapter) mất vài phút. Bạn cần một điện thoại có ứng dụng truy vết, hoặc một bo mạch thứ hai chạy \
            bluezoned, và một mét không khí trống: hai thiết bị cùng độ cao, không có gì ở giữa hay sát bên, không có điện thoại \
            nào khác trong vòng năm mét.
            """)
    }

    /// dB to add to what we hear; nil when left out.
    private func measureHearing() async throws -> Int8? {
        let question = style.say(
            "1. How well it hears. Put the other device one metre away. Enter starts, s leaves this out: ",
            "1. Độ nhạy thu. Đặt thiết bị kia cách một mét. Nhấn Enter để bắt đầu, s để bỏ qua: ")
        guard let answer = ask(question), !answer.lowercased().hasPrefix("s") else { return nil }
        let sample = try await listen()
        guard sample.isEnough, let median = sample.median else {
            throw CommandFailure(
                "the other device is not heard often enough: is its app on, and bluezoned listening? "
                    + "[Scan] Profile=continuous makes this quicker")
        }
        try refuseIfBlocked(sample)
        let expected = Int(referencePower ?? Self.usualPhone) - SignalSample.metre
        show(style.say("   heard at \(median) dBm", "   nghe ở mức \(median) dBm"))
        return Int8(clamping: min(max(expected - median, -30), 30))
    }

    /// Looks once a second, until there is enough or nothing new came for long.
    private func listen() async throws -> SignalSample {
        var sample = SignalSample()
        sample.take(try await look(), correction: status.correction)
        var silence = 0
        while !sample.isEnough, silence < Self.patience {
            try await rest()
            let count = sample.strengths.count
            sample.take(try await look(), correction: status.correction)
            silence += 1
            if sample.strengths.count > count, let strength = sample.strengths.last {
                silence = 0
                show("   \(sample.strengths.count)/\(SignalSample.enough): \(strength) dBm")
            }
        }
        return sample
    }

    private func refuseIfBlocked(_ sample: SignalSample) throws {
        guard sample.spread > SignalSample.widest else { return }
        throw CommandFailure(
            "the strengths lie too far apart (\(sample.spread) dB): something moves or stands in the way; try elsewhere"
        )
    }

    /// dBm that we radiate; nil when left out.
    private func measureSending() -> Int8? {
        let question = style.say(
            """
            2. How strongly it sends. Read on the other device, over a minute, at how many dBm it hears this one (on a board: \
            bluezonectl nearby --watch; on a phone: any Bluetooth scanner, the device that lists service 4E56 or FD6F). \
            That number, or s to leave this out:\u{20}
            """,
            """
            2. Công suất phát. Trên thiết bị kia, trong một phút, đọc xem nó nghe thiết bị này ở bao nhiêu dBm (trên bo mạch: \
            bluezonectl nearby --watch; trên điện thoại: một ứng dụng quét Bluetooth, thiết bị có dịch vụ 4E56 hoặc FD6F). \
            Nhập số đó, hoặc s để bỏ qua:\u{20}
            """)
        while let answer = ask(question), !answer.lowercased().hasPrefix("s") {
            let number = answer.replacing("dBm", with: "").replacing("\u{2212}", with: "-").filter { $0 != " " }
            if let strength = Int(number), (-100...0).contains(strength) {
                let power = strength + Int(referenceCorrection ?? 0) + SignalSample.metre
                return Int8(clamping: min(max(power, -60), 20))
            }
            show(style.say("A number from -100 to 0, as -52.", "Một số từ -100 đến 0, ví dụ -52."))
        }
        return nil
    }
}
