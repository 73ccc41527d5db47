// SPDX-License-Identifier: GPL-3.0-or-later

import Foundation
import Synchronization

/// A PostgreSQL server of this process's own; it ends with it. Each test has a database there.
final class TestServer: Sendable {
    static let shared = Result { try TestServer() }
    /// Another one, on 127.0.0.1, with TLS and a password.
    static let network = Result { try TestServer(["network"]) }

    /// Of its database `bluezone`.
    let address: String
    private let input = Pipe()
    private let count = Mutex(0)

    private init(_ arguments: [String] = []) throws {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Postgres/serve")
        process.arguments = arguments
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        var line = Data()
        while line.last != 0x0A, let byte = try output.fileHandleForReading.read(upToCount: 1), !byte.isEmpty {
            line += byte
        }
        address = String(decoding: line, as: UTF8.self).trimmingCharacters(in: .newlines)
        guard address.hasPrefix("postgresql://") else { throw TestProblem("no PostgreSQL server: \(address)") }
    }

    /// The address of a new, empty database.
    func database() throws -> String {
        let number = count.withLock { count in
            count += 1
            return count
        }
        let name = "test\(number)"
        try psql("CREATE DATABASE \(name)", address)
        return address.replacingOccurrences(of: "/bluezone?", with: "/\(name)?")
    }
}

struct TestProblem: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// What PostgreSQL's own shell answers.
@discardableResult func psql(_ statement: String, _ address: String) throws -> String {
    try shell(["psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--command", statement, address])
}

/// What a program prints.
func shell(_ arguments: [String]) throws -> String {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw TestProblem("\(arguments) failed") }
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
}
