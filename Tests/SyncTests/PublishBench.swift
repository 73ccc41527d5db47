// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Foundation
import Platform
import Publishing
import Settings
import Testing

@testable import Sync

/// A device that publishes to a server of the test's own.
final class PublishBench {
    static let start = Timestamp(seconds: 1_795_216_800)  // 2026-11-20T23:20:00Z

    let server: AuthorityServer
    let settings: Settings
    let desk: PublishDesk
    var now = PublishBench.start
    let keys: [PublishedKey]

    init() throws {
        server = try AuthorityServer()
        let path = server.folder + "/device.conf"
        try server.configuration.write(toFile: path, atomically: true, encoding: .utf8)
        settings = try Settings.load(.file(path))
        desk = PublishDesk(settings)
        keys = try PublishBench.keys(days: 2)
    }

    /// A key of each format for each day, today's last of all.
    static func keys(days: Int) throws -> [PublishedKey] {
        try (0..<days).flatMap { back in
            try BeaconFormat.allCases.map { format in
                try #require(
                    PublishedKey(
                        day: UTCDay(number: 20_777 - Int32(days - 1 - back)), key: .random(format),
                        slots: 0..<format.slotsPerDay))
            }
        }
    }

    func code(_ text: String = "11111111") throws -> PublishCode { try #require(PublishCode(text)) }

    func publish(_ text: String = "11111111", _ keys: [PublishedKey]? = nil) throws -> PublishReport {
        try desk.answer(.publish(code: try code(text), keys: keys ?? self.keys), at: now)
    }

    func goOn(_ text: String? = nil) throws -> PublishReport {
        try desk.answer(.goOn(code: try text.map { try code($0) }), at: now)
    }

    func ask() throws -> PublishReport { try desk.answer(.ask, at: now) }

    /// A run of the timer.
    func resume(isChaffDue: Bool = false) throws -> PublishReport? {
        try desk.resume(at: now, isChaffDue: { isChaffDue })
    }

    /// What the network saw since the last call: each step, `~` before a fake one.
    func steps() throws -> [String] { try server.requests().map { ($0.isChaff ? "~" : "") + $0.step } }

    /// The files that hold the state.
    func stored() throws -> [String] { try Folder.names(in: server.folder + "/state/publish") }
}
