// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Cases
import Control
import Platform
import Testing

@testable import Station

/// Exports that are refused, and what that leaves alone.
@Suite struct CaseRefusalTests {
    /// Something in the spool that is no export of the authority's, and a word of the reason.
    enum Bad: CaseIterable, CustomTestStringConvertible {
        case empty, garbage, truncated, changed, signedByAnother, signedByUnknown, folder

        var testDescription: String { "\(self)" }

        var word: String {
            switch self {
            case .empty, .garbage, .truncated: "ZIP"
            case .changed: "export.bin"
            case .signedByAnother: "not by the key"
            case .signedByUnknown: "no key is known"
            case .folder: "irectory"
            }
        }

        func put(_ scene: CaseScene, as name: String) throws {
            let good = try scene.export([scene.key(.bluezone)])
            func file(_ bytes: [UInt8]) throws { try scene.folder.write(bytes, to: "spool/" + name) }
            switch self {
            case .empty: try file([])
            case .garbage: try file((0..<5000).map { _ in UInt8.random(in: 0...255) })
            case .truncated: try file(Array(good.dropLast(40)))
            case .changed: try file(good.enumerated().map { $0 == 60 ? $1 ^ 0x55 : $1 })
            case .signedByAnother:
                let other = CaseSigner(key: try SigningKey.random(), keyID: "test", keyVersion: "v1")
                try file(try scene.export([scene.key(.bluezone)], by: other))
            case .signedByUnknown:
                let other = CaseSigner(key: try SigningKey.random(), keyID: "else", keyVersion: "v1")
                try file(try scene.export([scene.key(.bluezone)], by: other))
            case .folder: try Folder.make(scene.places.spool + "/" + name)
            }
        }
    }

    let scene: CaseScene

    init() throws {
        scene = try CaseScene(ScratchFolder())
    }

    @Test(arguments: Bad.allCases)
    func `a bad file is refused by name and reason and changes nothing`(bad: Bad) async throws {
        try scene.installKey()
        let desk = try await scene.openedDesk()
        try scene.hear(scene.key(.bluezone), minutes: 20)
        try scene.publish("good.zip", [scene.key(.bluezone, 9)])
        #expect(await desk.work(at: scene.now, ownKeys: [], always: true).caseKeys == 1)
        let before = try scene.folder.files(in: "state")
        try bad.put(scene, as: "bad.zip")
        let report = await desk.work(at: scene.now, ownKeys: [], always: false)
        #expect(report.refused.count == 1)
        let text = report.refused.first ?? ""
        #expect(text.hasPrefix("bad.zip: ") && text.contains(bad.word), "\(text)")
        #expect(report.imported == 0 && report.caseKeys == 1 && report.news.isEmpty)
        #expect(try scene.folder.files(in: "state") == before)
    }

    @Test func `a bad file takes nothing from a good one beside it, whichever is first`() async throws {
        try scene.installKey()
        let desk = try await scene.openedDesk()
        try scene.hear(scene.key(.bluezone), minutes: 20)
        try Bad.garbage.put(scene, as: "a.zip")
        try scene.publish("b.zip", [scene.key(.bluezone)])
        try Bad.truncated.put(scene, as: "c.zip")
        let report = await desk.work(at: scene.now, ownKeys: [], always: false)
        #expect(report.refused.count == 2 && report.imported == 1 && report.news.count == 1)
    }

    @Test func `a refusal stands as long as its file lies there`() async throws {
        try scene.installKey()
        try await StationBench.run(in: scene.folder, at: 75_600) { bench in
            try Bad.garbage.put(scene, as: "bad.zip")
            await bench.station.workOnCases(always: false)
            #expect(await bench.warnings().map(\.kind) == [.exportRefused])
            try scene.publish("good.zip", [scene.key(.bluezone)])
            await bench.station.workOnCases(always: false)
            #expect(await bench.station.status().caseKeys == 1)
            #expect(await bench.warnings().map(\.kind) == [.exportRefused])
            #expect(bench.log.lines.filter { $0.contains("bad.zip") && $0.hasPrefix("error") }.count == 1)
            #expect(await bench.station.desked.refused.count == 1)
            try Folder.remove(scene.places.spool + "/bad.zip")
            await bench.station.workOnCases(always: false)
            #expect(await bench.warnings().isEmpty)
        }
    }

    @Test func `without a key of the authority nothing is imported or refused, and the files wait`() async throws {
        let desk = try scene.desk()
        #expect(await !desk.open().hasAuthority)
        try scene.publish("one.zip", [scene.key(.bluezone)])
        let report = await desk.work(at: scene.now, ownKeys: [], always: true)
        #expect(!report.hasAuthority && report.imported == 0 && report.refused.isEmpty)
        try scene.installKey()
        let next = await desk.work(at: scene.now, ownKeys: [], always: false)
        #expect(next.hasAuthority && next.imported == 1)
    }

    @Test func `files that are still on their way are left alone`() async throws {
        try scene.installKey()
        let desk = try await scene.openedDesk()
        try scene.folder.write("half", to: "spool/one.zip.part")
        try scene.folder.write("half", to: "spool/.one.zip")
        let report = await desk.work(at: scene.now, ownKeys: [], always: true)
        #expect(report.refused.isEmpty && report.imported == 0)
    }

    @Test func `a bad key of the authority does not take the good one away`() async throws {
        try scene.installKey()
        try scene.folder.write("no key", to: "keys.d/other-v1.pem")
        let desk = try await scene.openedDesk()
        try scene.publish("one.zip", [scene.key(.bluezone)])
        let report = await desk.work(at: scene.now, ownKeys: [], always: true)
        #expect(report.imported == 1 && report.hasAuthority)
        #expect(report.troubles.contains { $0.contains("other-v1.pem") })
    }
}
