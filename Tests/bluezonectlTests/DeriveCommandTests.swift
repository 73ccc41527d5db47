// SPDX-License-Identifier: GPL-3.0-or-later

import ArgumentParser
import Beacon
import Testing

@testable import bluezonectl

@Suite struct DeriveCommandTests {
    /// Google's published vector: key, both derived keys and the first identifiers of 2020-04-02.
    static let exposureNotification =
        #"{"format":"exposure-notification","day":"2020-04-02","#
        + #""rpik":"185ad91db69ec7dd048960f1f3ba6175","aemk":"d57c46af7a1d83965b9bed8bd152936a","#
        + #""identifiers":["8be6cd371c5c891604bfbe49df845096","3c9a1de5dd6b02afa7fded7b570b3e56"]}"#

    @Test func `Exposure Notification comes with both derived keys`() throws {
        let command = try #require(
            Bluezonectl.parseAsRoot([
                "derive", "--format", "exposure-notification", "--day", "2020-04-02", "--slots", "2", "--json", "--key",
                "75C734C6DD1A782DE7A965DA5EB93125",
            ]) as? DeriveCommand)
        #expect(try command.result() == Self.exposureNotification)
    }

    @Test func `Bluezone gives a day of 96 identifiers in lower case`() throws {
        let command = try #require(
            Bluezonectl.parseAsRoot([
                "derive", "--format", "bluezone", "--day", "2020-08-08", "--key", String(repeating: "00", count: 32),
            ]) as? DeriveCommand)
        let lines = try command.result().split(separator: "\n")
        #expect(lines.count == 96)
        #expect(lines.first == "   0  490c085d937456a4dd07e710")
    }

    @Test(
        arguments: [
            ["--format", "bluezone", "--day", "2020-08-08", "--key", "00"],
            ["--format", "bluezone", "--day", "2020-02-30", "--key", String(repeating: "00", count: 32)],
            ["--format", "other", "--day", "2020-08-08", "--key", String(repeating: "00", count: 32)],
            ["--format", "exposure-notification", "--day", "2020-08-08", "--key", String(repeating: "0g", count: 16)],
            [
                "--format", "exposure-notification", "--day", "2020-08-08", "--slots", "145", "--key",
                String(repeating: "00", count: 16),
            ],
        ])
    func `what cannot be derived is wrong usage`(arguments: [String]) {
        #expect(throws: (any Error).self) { try Bluezonectl.parseAsRoot(["derive"] + arguments) }
    }
}
