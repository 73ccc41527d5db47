// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Foundation
import Platform
import Publishing
import Settings
import Testing

@testable import Sync

@Suite struct ChaffTests {
    let bench: PublishBench

    init() throws { bench = try PublishBench() }

    /// Lengths as the network saw them.
    private func lengths() throws -> [[Int]] { try bench.server.requests().map { [$0.head, $0.body] } }

    @Test func `fake and real, failed and resumed publications look alike on the wire`() throws {
        let client = try #require(AuthorityClient(bench.settings.publish))
        for step in AuthorityClient.Step.allCases { client.fake(step) }
        let fake = try lengths()
        #expect(fake.map { $0[1] } == [2048, 2048, 8192])
        #expect(try bench.publish("99999999").state == .codeNeeded)
        #expect(try lengths() == fake)
        try bench.server.next("publish", "503 {}")
        #expect(try bench.goOn("11111111").state == .waiting)
        #expect(try lengths() == fake)
        #expect(try #require(try bench.resume()).state == .done)
        #expect(try bench.steps() == ["~verify", "~certificate", "publish"])
        #expect(try bench.publish("33333333", try PublishBench.keys(days: 15)).state == .done)
        #expect(try lengths() == fake)
    }

    /// The authority's own tests keep its certificates and revision tokens within these lengths.
    @Test func `the most keys of one publication, the longest certificate and revision token fit into the same length`()
        throws
    {
        let client = try #require(AuthorityClient(bench.settings.publish))
        client.fake(.publish)
        let keys = try PublishBench.keys(days: PublishRequest.mostKeys / 2)
        let job = PublishJob(agreed: bench.now, keys: keys, code: nil)
        let (certificate, revision) = (String(repeating: "c", count: 800), String(repeating: "r", count: 892))
        #expect(throws: PublishTrouble.self) { try client.publish(job, certificate, revision: revision) }
        let lengths = try lengths()
        #expect(lengths.count == 2 && lengths[0] == lengths[1])
    }

    @Test func `the verification server is shown the API key, the publish server is not`() throws {
        _ = try bench.publish()
        #expect(try bench.server.requests().map(\.apiKey) == ["device-key", "device-key", nil])
    }

    @Test func `bodies are filled up to the unit, whatever is in them`() throws {
        for length in [0, 1, 1000, 2017, 2018, 2019, 2034, 2035, 2036, 2037, 2048, 5000] {
            let body = padded([("code", .string(String(repeating: "\"", count: length / 2)))], to: 2048)
            #expect(body.utf8.count.isMultiple(of: 2048))
            #expect(JSONValue(Array(body.utf8))?["code"]?.text?.count == length / 2)
        }
    }

    @Test func `chaff is sent when it is due and wanted, and never in place of what waits`() throws {
        #expect(try bench.resume(isChaffDue: true) == nil)
        #expect(try bench.steps().isEmpty, "Chaff=no")
        let path = bench.server.folder + "/device.conf"
        try bench.server.configuration.replacing("Chaff=no", with: "Chaff=yes")
            .write(toFile: path, atomically: true, encoding: .utf8)
        let desk = PublishDesk(try Settings.load(.file(path)))
        #expect(try desk.resume(at: bench.now, isChaffDue: { false }) == nil)
        #expect(try bench.steps().isEmpty)
        #expect(try desk.resume(at: bench.now, isChaffDue: { true }) == nil)
        #expect(try bench.steps() == ["~verify", "~certificate", "~publish"])
        try bench.server.next("verify", "503 {}")
        _ = try bench.publish()
        _ = try bench.steps()
        #expect(try #require(try desk.resume(at: bench.now, isChaffDue: { true })).state == .done)
        #expect(try bench.steps() == ["verify", "certificate", "publish"])
    }

    /// A device that sends chaff.
    private func chaffDesk(_ port: Int? = nil) throws -> PublishDesk {
        let path = bench.server.folder + "/chaff.conf"
        try bench.server.configuration.replacing("Chaff=no", with: "Chaff=yes")
            .replacing(":\(bench.server.port)/", with: ":\(port ?? bench.server.port)/")
            .write(toFile: path, atomically: true, encoding: .utf8)
        return PublishDesk(try Settings.load(.file(path)))
    }

    @Test func `chaff that fails goes on with the next runs until it is done, as what is real does`() throws {
        let folder = bench.server.folder + "/state/publish"
        #expect(try chaffDesk(1).resume(at: bench.now, isChaffDue: { true }) == nil)
        #expect(try bench.stored() == ["fake", "lock"])
        // As large as a real one of fourteen days, give or take a certificate.
        let job = PublishJob(agreed: bench.now, keys: try PublishBench.keys(days: 14), code: nil)
        let size = try #require(FileManager.default.attributesOfItem(atPath: folder + "/fake")[.size] as? Int)
        #expect(abs(size - job.text.utf8.count) < 500)
        bench.now = bench.now.advanced(by: .seconds(3600))
        #expect(try chaffDesk().resume(at: bench.now, isChaffDue: { false }) == nil)
        #expect(try bench.steps() == ["~verify", "~certificate", "~publish"])
        #expect(try bench.stored() == ["lock"])
        #expect(try chaffDesk().resume(at: bench.now, isChaffDue: { false }) == nil)
        #expect(try bench.steps().isEmpty)
    }

    @Test(arguments: ["verify", "certificate", "publish"])
    func `chaff goes on after a server's trouble, which ends no run of three requests`(step: String) throws {
        try bench.server.next("chaff." + step, "503 {}")
        #expect(try chaffDesk().resume(at: bench.now, isChaffDue: { true }) == nil)
        #expect(try bench.steps() == ["~verify", "~certificate", "~publish"])
        #expect(try bench.stored() == ["fake", "lock"])
        #expect(try chaffDesk().resume(at: bench.now, isChaffDue: { false }) == nil)
        #expect(try bench.steps() == ["~verify", "~certificate", "~publish"])
        #expect(try bench.stored() == ["lock"])
    }

    @Test func `chaff that has had its week, is not wanted any more, or stands in the way of what is real, goes`()
        throws
    {
        func begin() throws {
            #expect(try chaffDesk(1).resume(at: bench.now, isChaffDue: { true }) == nil)
            #expect(try bench.stored().contains("fake"))
        }
        try begin()
        bench.now = bench.now.advanced(by: .seconds(7 * 86_400))
        #expect(try chaffDesk().resume(at: bench.now, isChaffDue: { false }) == nil)
        #expect(try bench.stored() == ["lock"])
        try begin()
        #expect(try bench.resume() == nil, "Chaff=no")
        #expect(try bench.stored() == ["lock"])
        try begin()
        try bench.server.next("verify", "503 {}")
        #expect(try bench.publish().state == .waiting)
        #expect(try #require(try chaffDesk().resume(at: bench.now, isChaffDue: { true })).state == .done)
        #expect(try bench.stored() == ["lock", "revision"])
        try begin()
        #expect(try bench.desk.answer(.forget, at: bench.now).state == .none)
        #expect(try bench.stored() == ["lock"])
    }

    @Test func `a network that is away ends fake and real runs at the same request`() throws {
        for step in ["verify", "certificate", "publish"] {
            try bench.server.next("chaff." + step, "end")
            #expect(try chaffDesk().resume(at: bench.now, isChaffDue: { true }) == nil)
            let fake = try bench.steps().map { $0.drop { $0 == "~" } }
            try bench.server.next(step, "end")
            #expect(try bench.publish().word == "network")
            #expect(try bench.steps().map { $0.drop { $0 == "~" } } == fake && fake.last == step[...])
            _ = try bench.desk.answer(.forget, at: bench.now)
        }
    }

    @Test func `a code that is no good stays the reason, though the network goes`() throws {
        try bench.server.next("chaff.certificate", "end")
        let report = try bench.publish("99999999")
        #expect(report.state == .codeNeeded && report.word == "code_invalid")
        #expect(try bench.steps() == ["verify", "~certificate"])
    }

    @Test func `chaff is left out on battery by default`() {
        #expect(Chaff.isWanted(.automatic, isOnMains: true) && !Chaff.isWanted(.automatic, isOnMains: false))
        #expect(Chaff.isWanted(.yes, isOnMains: false) && !Chaff.isWanted(.no, isOnMains: true))
        #expect((0..<20_000).count { _ in Chaff.isDue() } < 1000)
        #expect((0..<20_000).contains { _ in Chaff.isDue() })
    }

    @Test func `mains power is what the kernel says of its supplies`() throws {
        let folder = bench.server.folder + "/power_supply"
        func supply(_ name: String, _ values: [String: String]) throws {
            let path = folder + "/" + name
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            for (file, value) in values {
                try (value + "\n").write(toFile: path + "/" + file, atomically: true, encoding: .utf8)
            }
        }
        #expect(MainsPower.isOn(by: folder), "a machine without any has a wire")
        try supply("hid-mouse", ["type": "Battery", "scope": "Device"])
        #expect(MainsPower.isOn(by: folder))
        try supply("BAT0", ["type": "Battery", "status": "Discharging"])
        #expect(!MainsPower.isOn(by: folder))
        try supply("AC", ["type": "Mains", "online": "0"])
        #expect(!MainsPower.isOn(by: folder))
        try supply("AC", ["type": "Mains", "online": "1"])
        #expect(MainsPower.isOn(by: folder))
    }
}
