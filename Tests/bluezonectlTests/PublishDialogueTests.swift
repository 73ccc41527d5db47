// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Control
import Publishing
import Testing

@testable import bluezonectl

@Suite struct PublishDialogueTests {
    static let today = UTCDay(number: 20_777)  // 2026-11-20
    static let days = [today.advanced(by: -1), today].flatMap { day in
        BeaconFormat.allCases.map { PublishableKeys(day: day, format: $0, count: 1, isInUse: day == today) }
    }
    static let keys = days.map { entry in
        HandedOutKey(
            day: entry.day, key: .random(entry.format),
            slots: 0..<(entry.isInUse ? entry.format.slotsPerDay / 2 : entry.format.slotsPerDay))
    }

    /// A person's answers, a daemon, and what reaches the part with the network.
    private final class Scene {
        var answers: [String?]
        var days = PublishDialogueTests.days
        var reports: [PublishReport]
        var code = PublishCode("12345678")
        var leftOut: Set<UTCDay> = []
        var isAgreed = false
        var language = MessageLanguage.english
        var sent: [PublishRequest] = []
        var taken: [Set<UTCDay>] = []
        var shown: [String] = []

        init(_ answers: String?..., reports: [PublishReport] = [PublishReport(.none), PublishReport(.done)]) {
            (self.answers, self.reports) = (answers, reports)
        }

        func run() async throws -> PublishReport {
            try await PublishDialogue(
                server: "https://example.org/", code: code, leftOut: leftOut, isAgreed: isAgreed,
                style: Style(language: language),
                send: {
                    self.sent.append($0)
                    return self.reports.removeFirst()
                }, list: { self.days },
                take: { days in
                    self.taken.append(days)
                    return PublishDialogueTests.keys.filter { days.contains($0.day) }
                },
                question: {
                    self.shown.append($0)
                    return self.answers.isEmpty ? nil : self.answers.removeFirst()
                }, show: { self.shown.append($0) }
            ).run()
        }

        /// The keys of the one publication that was sent.
        var published: [PublishedKey] {
            guard case .publish(_, let keys) = sent.last else { return [] }
            return keys
        }

        var text: String { shown.joined(separator: "\n") }
    }

    @Test func `what is shown is agreed to, and that is sent`() async throws {
        let scene = Scene("y")
        #expect(try await scene.run().state == .done)
        #expect(scene.taken == [[Self.today.advanced(by: -1), Self.today]])
        #expect(scene.published.map(\.key) == Self.keys.map(\.key))
        for line in [
            "sent to https://example.org/:", "  2026-11-19  bluezone 1 key, exposure-notification 1 key",
            "  2026-11-20  bluezone 1 key, exposure-notification 1 key",
            "Together 4 keys of 2 days (UTC), and your code; if you published before, what the server gave you",
            "Today's keys are closed first",
        ] { #expect(scene.text.contains(line)) }
        for key in Self.keys { #expect(!scene.text.contains(key.key.bytes.hex.prefix(8))) }
    }

    @Test(arguments: [nil, "", "n", "no", "later", "2026-11-20 "])
    func `anything but a clear yes sends nothing and closes nothing`(answer: String?) async throws {
        let scene = Scene(answer)
        await #expect(throws: CommandFailure.self) { try await scene.run() }
        #expect(scene.taken.isEmpty && scene.sent == [.ask])
    }

    @Test func `days are left out and taken back, and what remains is shown again`() async throws {
        let scene = Scene("2026-11-20", "2026-11-12", "2026-11-19", "2026-11-19", "y")
        await #expect(throws: CommandFailure.self) { try await scene.run() }
        #expect(scene.taken.isEmpty, "every day was left out, and that is a no")
        let other = Scene("2026-11-20", "2026-11-12", "2026-11-20", "2026-11-20", "có")
        #expect(try await other.run().state == .done)
        #expect(other.taken == [[Self.today.advanced(by: -1)]])
        #expect(other.text.contains("There are no keys of 2026-11-12."))
        #expect(other.text.contains("Together 2 keys of 1 day (UTC)"))
    }

    @Test func `days named beforehand are left out, and with --yes nobody is asked`() async throws {
        let scene = Scene()
        (scene.leftOut, scene.isAgreed) = ([Self.today], true)
        #expect(try await scene.run().state == .done)
        #expect(scene.published.map(\.day) == [20_776, 20_776].map { UTCDay(number: $0) })
        #expect(!scene.text.contains("Send it?") && !scene.text.contains("2026-11-20"))
        let wrong = Scene("y")
        wrong.leftOut = [UTCDay(number: 20_000)]
        await #expect(throws: CommandFailure.self) { try await wrong.run() }
        #expect(wrong.taken.isEmpty)
    }

    @Test func `what waits goes on without anybody being asked again`() async throws {
        let key = try #require(PublishedKey(day: Self.today, key: .random(.bluezone), slots: 0..<48))
        let waiting = PublishReport(.waiting, word: "network", contents: PublishReport.Content.of([key]))
        let scene = Scene(reports: [waiting, PublishReport(.done)])
        scene.code = nil
        #expect(try await scene.run().state == .done)
        #expect(scene.sent == [.ask, .goOn(code: nil)] && scene.taken.isEmpty)
        #expect(scene.text.contains("What you agreed to before:\n  2026-11-20  bluezone 1 key"))
    }

    @Test func `after a wrong code another goes on with the same keys, and none does not`() async throws {
        let needed = PublishReport(.codeNeeded, word: "code_invalid")
        let scene = Scene(reports: [needed, PublishReport(.done)])
        #expect(try await scene.run().state == .done)
        #expect(scene.sent == [.ask, .goOn(code: PublishCode("12345678"))] && scene.taken.isEmpty)
        let none = Scene(reports: [needed])
        none.code = nil
        let error = await #expect(throws: CommandFailure.self) { try await none.run() }
        #expect(error?.description.contains("The code is wrong, or was used before.") == true)
        let other = Scene(reports: [needed])
        other.leftOut = [Self.today]
        await #expect(throws: CommandFailure.self) { try await other.run() }
        #expect(other.sent == [.ask])
    }

    @Test func `without a server, a code or keys nobody is asked`() async throws {
        for state in [PublishReport.State.unconfigured, .busy] {
            let scene = Scene("y", reports: [PublishReport(state)])
            await #expect(throws: CommandFailure.self) { try await scene.run() }
            #expect(scene.shown.isEmpty)
        }
        let codeless = Scene("y")
        codeless.code = nil
        #expect(await #expect(throws: CommandFailure.self) { try await codeless.run() }?.status == .usage)
        let empty = Scene("y")
        empty.days = []
        await #expect(throws: CommandFailure.self) { try await empty.run() }
        #expect(codeless.shown.isEmpty && empty.shown.isEmpty)
    }

    @Test func `more keys than a server takes must be fewer before they can be agreed to`() async throws {
        let scene = Scene("y")
        scene.days[0].count = 30
        await #expect(throws: CommandFailure.self) { try await scene.run() }
        #expect(scene.taken.isEmpty && scene.text.contains("leave out some days"))
        let fewer = Scene("2026-11-19", "y")
        fewer.days[0].count = 30
        #expect(try await fewer.run().state == .done)
        let agreed = Scene()
        (agreed.isAgreed, agreed.days[0].count) = (true, 30)
        await #expect(throws: CommandFailure.self) { try await agreed.run() }
    }

    @Test func `it speaks Vietnamese`() async throws {
        let scene = Scene("co")
        scene.language = .vietnamese
        #expect(try await scene.run().state == .done)
        #expect(scene.text.contains("Tổng cộng 4 khóa của 2 ngày (UTC)"))
    }
}

@Suite struct PublishVerdictTests {
    private func verdict(_ report: PublishReport) -> String {
        PublishText(report: report, style: Style(), time: .utc).verdict
    }

    @Test func `done says what one was taken for and when others see it`() {
        let report = PublishReport(.done, level: "F1", visible: Timestamp(seconds: 1_795_228_200))
        #expect(
            verdict(report)
                == "Your keys are with the health authority, as a contact of a case (F1). Others see the last of them from "
                + "2026-11-21 02:30 on, with the authority's next list.")
        #expect(verdict(PublishReport(.done, level: "F0")).contains("as a confirmed case (F0)"))
        let back = verdict(PublishReport(.done, level: PublishReport.takenBack))
        #expect(back.hasPrefix("Your keys are taken back") && !back.contains("F0"))
    }

    @Test func `a wrong code and an expired one read differently`() {
        let wrong = verdict(PublishReport(.codeNeeded, word: "code_invalid", sentence: "no"))
        let late = verdict(PublishReport(.codeNeeded, word: "code_expired", sentence: "no"))
        #expect(wrong.hasPrefix("The code is wrong") && late.hasPrefix("The code has expired"))
        #expect([wrong, late].allSatisfy { $0.contains("bluezonectl publish --code") })
    }

    @Test func `every state has its words and its JSON`() {
        for state in PublishReport.State.allCases {
            let text = PublishText(report: PublishReport(state, word: "x", sentence: "why"), style: Style(), time: .utc)
            #expect(!text.verdict.isEmpty && text.json.text.hasPrefix(#"{"schema":1,"state":"\#(state.rawValue)","#))
        }
    }
}
