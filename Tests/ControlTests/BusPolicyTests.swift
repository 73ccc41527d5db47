// SPDX-License-Identifier: GPL-3.0-or-later
// The installed policy on a real bus that is otherwise as strict as the system's.

import Bus
import Foundation
import TestSupport
import Testing

@testable import Control

@Suite(.enabled(if: Caller.canBeAnybody, "needs root, setpriv, dbus-send and dbus-monitor"), .timeLimit(.minutes(1)))
struct BusPolicyTests {
    /// config/org.bluezone1.conf, with users and a group that every Debian machine has in place of ours.
    static let policy: String = {
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let file = package.appendingPathComponent("config/org.bluezone1.conf")
        return ((try? String(contentsOf: file, encoding: .utf8)) ?? "")
            .replacing("group=\"bluezone\"", with: "group=\"games\"")
            .replacing("user=\"bluezone\"", with: "user=\"daemon\"")
            .replacing("user=\"bluezone-gate\"", with: "user=\"games\"")
    }()

    static let questions = [
        ["org.freedesktop.DBus.Properties.GetAll", "string:org.bluezone1.Station"],
        ["org.freedesktop.DBus.Properties.Get", "string:org.bluezone1.Station", "string:AlertLevel"],
        ["org.bluezone1.Station.ListAlerts"], ["org.bluezone1.Station.Nearby"],
    ]

    @Test(arguments: questions)
    func `only root, the group and the daemon's user may ask`(question: [String]) async throws {
        try await ServedStation.with(policy: Self.policy) { served in
            for caller in Caller.allCases where caller != .gate {
                let answer = try await caller.ask(question, on: served.address)
                #expect(answer.isGood == caller.isOwner, "\(caller): \(answer.errors)")
                #expect(caller.isOwner || answer.errors.contains("org.freedesktop.DBus.Error.AccessDenied"))
            }
        }
    }

    @Test func `the gate may ask who is nearby and whether the daemon hears, and nothing else`() async throws {
        let allowed = [Self.questions[0], Self.questions[3]]
        let forbidden = [
            Self.questions[1], Self.questions[2], ["org.bluezone1.Station.Pause", "uint32:60"],
            ["org.bluezone1.Station.Forget"], ["org.bluezone1.Station.Match"], ["org.bluezone1.Station.Resume"],
        ]
        try await ServedStation.with(policy: Self.policy) { served in
            for question in allowed {
                let answer = try await Caller.gate.ask(question, on: served.address)
                #expect(answer.isGood, "\(question): \(answer.errors)")
            }
            for question in forbidden {
                let answer = try await Caller.gate.ask(question, on: served.address)
                #expect(answer.errors.contains("org.freedesktop.DBus.Error.AccessDenied"), "\(question)")
            }
        }
    }

    @Test func `anybody may see what the interface looks like`() async throws {
        try await ServedStation.with(policy: Self.policy) { served in
            for caller in Caller.allCases {
                let answer = try await caller.ask(
                    ["org.freedesktop.DBus.Introspectable.Introspect"], on: served.address)
                #expect(answer.isGood, "\(caller): \(answer.errors)")
            }
        }
    }

    @Test(arguments: [true, false])
    func `signals reach only the group, also while the daemon has no name`(isNamed: Bool) async throws {
        try await ServedStation.with(policy: Self.policy, isNamed: isNamed) { served in
            let (stranger, member) = (try Monitor(.stranger, served.address), try Monitor(.member, served.address))
            defer {
                stranger.stop()
                member.stop()
            }
            // Both have heard enough when they heard the third of the signals that are for everybody.
            var status = StationStatus.sample
            for round in 0..<200 where !(stranger.heard("Everybody", 3) && member.heard("Everybody", 3)) {
                status.sightingsToday = UInt32(round)
                await served.server.update(status)
                await served.server.announce(FakeStation.alert)
                try await served.bus.emit(path: "/org/example", interface: "org.example", member: "Everybody")
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(stranger.heard("Everybody", 3))
            #expect(member.heard("PropertiesChanged", 2) && member.heard("member=Alert", 2))
            #expect(!stranger.heard("PropertiesChanged", 1) && !stranger.heard("member=Alert", 1))
        }
    }
}
