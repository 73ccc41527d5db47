// SPDX-License-Identifier: GPL-3.0-or-later
// The built bluezonectl with a station on a bus and the built bluezone-sync, and no server where one should be.

import Foundation
import TestSupport
import Testing

@testable import bluezonectl

@Suite(.enabled(if: PrivateBus.isPossible, "dbus-daemon is not installed"), .timeLimit(.minutes(1)))
struct PublishOnlineTests {
    let scratch: Scratch
    let config: String

    init() throws {
        scratch = try Scratch()
        // Port 1: nobody listens there.
        config = try scratch.file(
            "device.conf", "[Cases]\nSpool=\(scratch.path)/sync/spool\n[Publish]\nServer=http://127.0.0.1:1/\n"
        ).path
    }

    private func arguments(_ more: String...) -> [String] {
        [
            "publish", "--program", (Tool.path as NSString).deletingLastPathComponent + "/bluezone-sync", "--config",
            config,
        ]
            + more
    }

    @Test func `what cannot be sent waits, and is withdrawn`() async throws {
        try await OnlineTests().serving { station, run in
            let asked = try await run(arguments("--code", "1234-5678"), "n\n")
            #expect(asked.status == 1 && asked.errors.contains("Together 4 keys of 2 days"))
            #expect(await station.calls.isEmpty)

            let waiting = try await run(arguments("--code", "1234-5678", "--leave-out", "2026-11-20", "--json"), "y\n")
            #expect(waiting.status == 1)
            #expect(waiting.output.hasPrefix(#"{"schema":1,"state":"waiting","reason":"network","#))
            #expect(await station.calls == ["hand out 2026-11-19"])

            let status = try await run(arguments("--status"), "")
            #expect(status.status == 0 && status.output.hasPrefix("Not sent yet (the server cannot be reached)"))
            let again = try await run(arguments(), "")
            #expect(again.status == 1 && again.errors.contains("What you agreed to before:\n  2026-11-19"))
            #expect(await station.calls.count == 1)
            let withdrawn = try await run(arguments("--withdraw"), "")
            #expect(withdrawn.status == 0 && withdrawn.output == "Nothing waits to be published.\n")
        }
    }

    @Test func `without systemd's socket it says what to start`() async throws {
        let file = try scratch.file("other.conf", "[Publish]\nSocket=\(scratch.path)/absent.sock\n").path
        let outcome = try await Tool.run(["publish", "--status", "--config", file])
        #expect(outcome.status == 1 && outcome.errors.contains("systemctl enable --now bluezone-publish.socket"))
    }

    @Test(arguments: [
        ["--code", "12"], ["--leave-out", "yesterday"], ["--status", "--withdraw"], ["--status", "--code", "12345678"],
    ])
    func `what is no code, no day or no sense is wrong usage`(arguments: [String]) async throws {
        #expect(try await Tool.run(["publish"] + arguments).status == 2)
    }
}
