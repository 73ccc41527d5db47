// SPDX-License-Identifier: GPL-3.0-or-later
// Shows a person what would be published, asks, and has it done.

internal import Beacon
internal import Control
internal import Publishing

/// One publication, from what there is to what became of it. What it needs of the world is given to it.
struct PublishDialogue {
    /// Where the keys go, for people.
    let server: String
    let code: PublishCode?
    let leftOut: Set<UTCDay>
    /// Whether the person agreed beforehand.
    let isAgreed: Bool
    let style: Style
    /// Hands a request to the part that reaches the network.
    let send: (PublishRequest) throws -> PublishReport
    /// What the daemon could hand out.
    let list: () async throws -> [PublishableKeys]
    /// Has the daemon close the keys of these days and hand them out.
    let take: (Set<UTCDay>) async throws -> [HandedOutKey]
    /// Shows a text and returns the answer's line; nil at the end of the input.
    let question: (String) -> String?
    let show: (String) -> Void

    /// Keys of one format that a server takes at once.
    static let mostKeys = 30

    /// How it stands at the end. Throws when nothing was sent, with the reason.
    func run() async throws -> PublishReport {
        // First of all, so that nobody is asked, and no key closed, in vain.
        let known = try send(.ask)
        switch known.state {
        case .unconfigured:
            throw CommandFailure("no server is configured: set [Publish] Server, see bluezone.conf(5)")
        case .busy: throw CommandFailure("publishing is under way; look at it with: bluezonectl publish --status")
        case .waiting, .codeNeeded, .refused: return try goOn(known)
        case .none, .done: return try await begin()
        }
    }

    /// Goes on with what was agreed before.
    private func goOn(_ known: PublishReport) throws -> PublishReport {
        let text = PublishText(report: known, style: style)
        guard leftOut.isEmpty else {
            throw CommandFailure(
                "what was agreed before is not sent yet; to agree to something else: bluezonectl publish --withdraw")
        }
        guard known.state == .waiting || code != nil else { throw CommandFailure(text.verdict) }
        show(style.say("What you agreed to before:", "Những gì bạn đã đồng ý trước đó:"))
        show(text.contents)
        return try send(.goOn(code: code))
    }

    private func begin() async throws -> PublishReport {
        guard let code else {
            throw CommandFailure(
                .usage, "a code of the health authority is needed: bluezonectl publish --code 12345678")
        }
        let days = try await list()
        guard !days.isEmpty else { throw CommandFailure("there are no keys on this device that could be published") }
        if let day = leftOut.subtracting(days.map(\.day)).min() {
            throw CommandFailure("there are no keys of \(day) to leave out")
        }
        let agreed = try agreement(on: days)
        // From here on the keys are closed. Whoever loses them now is handed the same ones again.
        let keys = try await take(agreed).compactMap { PublishedKey(day: $0.day, key: $0.key, slots: $0.slots) }
        show(style.say("Sending …", "Đang gửi …"))
        return try send(.publish(code: code, keys: keys))
    }

    /// The days that the person agrees to.
    private func agreement(on days: [PublishableKeys]) throws -> Set<UTCDay> {
        var leftOut = leftOut
        while true {
            let offer = days.filter { !leftOut.contains($0.day) }
            guard !offer.isEmpty else { throw CommandFailure("every day is left out: nothing was sent") }
            let text = PublishOffer(days: offer, server: server, style: style)
            show(text.text)
            if let format = text.overfull(most: Self.mostKeys) {
                guard !isAgreed else {
                    throw CommandFailure("more than \(Self.mostKeys) keys of \(format): leave out some days")
                }
                show(
                    style.say(
                        "That is more than a server takes: leave out some days.",
                        "Nhiều hơn mức máy chủ nhận: hãy bỏ bớt ngày."))
            } else if isAgreed {
                return Set(offer.map(\.day))
            }
            let answer = question(text.question)
            if text.overfull(most: Self.mostKeys) == nil, ForgetCommand.isConsent(answer) {
                return Set(offer.map(\.day))
            }
            guard let day = answer.flatMap({ UTCDay($0) }) else {
                throw CommandFailure("nothing was sent, and no key was closed")
            }
            guard days.contains(where: { $0.day == day }) else {
                show(style.say("There are no keys of \(day).", "Không có khóa nào của ngày \(day)."))
                continue
            }
            // The same day once more takes it back in.
            if leftOut.remove(day) == nil { leftOut.insert(day) }
        }
    }
}
