// SPDX-License-Identifier: GPL-3.0-or-later
// The built bluezone-sync, spoken to as bluezonectl does.

import Beacon
import Foundation
import Platform
import Publishing
import Testing

@testable import Sync

@Suite struct PublishProgramTests {
    /// Beside the test bundle, or where `swift build` puts it.
    static let program: String = {
        let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") }
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let folders = [bundle.map { ($0 as NSString).deletingLastPathComponent }, package.path + "/.build/debug"]
        let candidates = folders.compactMap { $0.map { $0 + "/bluezone-sync" } }
        return candidates.first { FileManager.default.isExecutableFile(atPath: $0) } ?? candidates[0]
    }()

    let bench: PublishBench

    init() throws { bench = try PublishBench() }

    private func ask(_ text: String, config: String? = nil) throws -> String {
        try Conversation.ask(
            text, ofProgram: Self.program, ["--publish", "--config", config ?? bench.server.folder + "/device.conf"],
            patience: 20, limit: 65_536)
    }

    @Test func `a request over the program's standard input is answered on its output`() throws {
        let request = PublishRequest.publish(code: try bench.code(), keys: bench.keys)
        let report = try #require(PublishReport(text: try ask(request.text)))
        #expect(report.state == .done && report.contents.count == 4)
        #expect(try bench.server.taken().count == 1)
        #expect(try PublishReport(text: ask(PublishRequest.ask.text))?.state == PublishReport.State.none)
    }

    @Test func `without a server it says that none is configured`() throws {
        let path = bench.server.folder + "/none.conf"
        try "[Cases]\nSpool=\(bench.server.folder)/state/spool\n".write(toFile: path, atomically: true, encoding: .utf8)
        #expect(try PublishReport(text: ask(PublishRequest.ask.text, config: path))?.state == .unconfigured)
    }

    @Test(arguments: ["", "nonsense\nend\n", "bluezone-publish 1\npublish\ncode 12345678\nkey x\nend\n"])
    func `what is no request is answered with nothing`(text: String) throws {
        // The program waits for a text's end, so that one is given.
        #expect(try ask(text + "\nend\n").isEmpty)
        #expect(try bench.steps().isEmpty)
    }

    @Test func `the timer's run answers 1 while it still waits, and 0 when all went well or nothing waits`() throws {
        let arguments = ["--resume", "--config", bench.server.folder + "/device.conf"]
        #expect(SyncProgram.run(arguments) == 0)
        bench.now = Timestamp(milliseconds: KernelClock.wallMilliseconds)
        try bench.server.next("verify", "503 {}")
        #expect(try bench.publish().state == .waiting)
        try bench.server.next("certificate", "503 {}")
        #expect(SyncProgram.run(arguments) == 1)
        #expect(SyncProgram.run(arguments) == 0)
        #expect(try bench.server.taken().count == 1)
    }

    @Test func `a program that is not there is an error, not a wait`() {
        #expect(throws: SystemError.self) {
            try Conversation.ask("x", ofProgram: "/nonexistent/program", [], patience: 1, limit: 10)
        }
        #expect(throws: SystemError.self) {
            try Conversation.ask("x", at: "/nonexistent/socket", patience: 1, limit: 10)
        }
        #expect(throws: SystemError.self) {
            try Conversation.ask("x", at: "/" + String(repeating: "a", count: 200), patience: 1, limit: 10)
        }
    }
}
