// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import Platform
internal import Publishing
package import Settings

/// Says once a week that this device is there, and in which province, if its owner agreed. docs/adoption.md has what a server
/// learns of that.
///
/// A small file remembers the week, the moment that was drawn in it, and whether it is done:
///
///     bluezone-count 1
///     week 2026-W47
///     due 1795301234
///     sent yes
package struct WeeklyCount {
    private let server: SourceURL
    private let province: String
    private let path: String
    private static let header = "bluezone-count 1"

    /// Nil when the owner did not agree, or there is nobody to tell.
    package init?(_ settings: Settings) {
        guard settings.adoption.isCounted, let province = settings.adoption.province,
            let server = settings.publish.server
        else { return nil }
        self.province = province
        self.server = server
        let spool = settings.cases.spool
        path = String(spool[..<(spool.lastIndex(of: "/") ?? spool.startIndex)]) + "/count"
    }

    private struct State: Hashable {
        var week: ISOWeek
        /// When to say it, in Unix seconds.
        var due: Int64
        var isSent = false
    }

    /// Sends the week's count if its time has come; answers what went wrong and somebody should know of.
    ///
    /// What was sent is remembered before it is sent: a week is counted twice never, and not at all when an answer is lost. Only
    /// where the server says itself that it did not count is it tried again.
    package func send(at now: Int64) -> String? {
        let week = ISOWeek(Timestamp(seconds: now).day)
        var state = load() ?? State(week: week, due: WeeklyCount.draw(week))
        // A clock that went back is in a week that was counted.
        if state.week < week { state = State(week: week, due: WeeklyCount.draw(week)) }
        let isDue = state.week == week && !state.isSent && now >= state.due
        state.isSent = state.isSent || isDue
        do throws(SystemError) {
            if state != load() { try store(state) }
        } catch {
            return "the week was not counted: \(error)"
        }
        guard isDue, let (status, word) = post() else { return nil }
        if status == 200 { return nil }
        if status == 429 || status >= 500 {
            state.isSent = false
            try? store(state)
            return nil
        }
        return "the server does not count this device: HTTP \(status) \(word)"
    }

    /// A moment of the week, by the system's random source: what the server sees of the time says nothing about the device.
    private static func draw(_ week: ISOWeek) -> Int64 {
        var random = SystemRandomNumberGenerator()
        return week.firstDay.start.seconds &+ Int64.random(in: 0..<7 * 86_400, using: &random)
    }

    /// The server's answer; nil when none came.
    private func post() -> (status: Int, word: String)? {
        let content = Content()
        let request = TransferRequest(
            url: server.appending("v1/count"), maximumBytes: 65_536,
            body: padded([("province", .string(province))], to: 2048),
            headers: ["Content-Type: application/json", "Expect:", "X-Plain: 1"])
        let answer = try? fetch(request) { _, bytes throws(SystemError) in
            content.bytes += bytes.indices.map { bytes[$0] }
        }
        return answer.map { ($0.status, plain(JSONValue(content.bytes)?["code"]?.text ?? "")) }
    }

    private func load() -> State? {
        guard let text = try? Folder.text(of: path) else { return nil }
        let lines = text.split(separator: "\n")
        guard lines.count == 4, lines[0] == WeeklyCount.header, lines[1].hasPrefix("week "),
            let week = ISOWeek(lines[1].dropFirst(5)), lines[2].hasPrefix("due "),
            let due = Int64(lines[2].dropFirst(4))
        else { return nil }
        return State(week: week, due: due, isSent: lines[3] == "sent yes")
    }

    private func store(_ state: State) throws(SystemError) {
        let lines = [
            WeeklyCount.header, "week \(state.week)", "due \(state.due)", "sent \(state.isSent ? "yes" : "no")",
        ]
        try Folder.replace(path, with: Array((lines.joined(separator: "\n") + "\n").utf8))
    }
}
