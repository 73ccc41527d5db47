// SPDX-License-Identifier: GPL-3.0-or-later
// The built tool's offline verbs, end to end: derive, load, publish, compare.

import Cases
import Control
import Foundation
import Testing

@testable import bluezonectl

@Suite(.timeLimit(.minutes(1))) struct OfflineTests {
    static let keys = #"{"keys":[{"key":"75c734c6dd1a782de7a965da5eb93125","rollingStart":2642976}]}"#

    /// 20 minutes beside the phone of the published vector, whose metadata says 8 dBm.
    static let sightings = (0..<10).map { minute in
        #"{"format":"exposure-notification","id":"8be6cd371c5c891604bfbe49df845096","metadata":"72033874","#
            + #""time":\#(1_585_785_600 + 60 * minute),"rssi":-40,"previousScan":\#(1_585_785_540 + 60 * minute)}"#
    }.joined(separator: "\n")

    /// A folder with the authority's key pair in key.pem and public.pem and the keys in keys.json.
    func authority() throws -> Scratch {
        let scratch = try Scratch()
        let key = try SigningKey.random()
        try scratch.file("key.pem", String(decoding: key.pem, as: UTF8.self))
        try scratch.file("public.pem", String(decoding: key.publicKey(name: "452-v1").pem, as: UTF8.self))
        try scratch.file("keys.json", Self.keys)
        return scratch
    }

    func make(_ scratch: Scratch) async throws {
        let made = try await Tool.run([
            "export", "make", "--keys", scratch.path + "/keys.json", "--region", "VN", "--sign",
            scratch.path + "/key.pem", "--out", scratch.path + "/cases.zip",
        ])
        #expect(made.status == 0 && made.errors.isEmpty)
    }

    @Test func `an export that was made is shown and verified, by its own key only`() async throws {
        let scratch = try authority()
        try await make(scratch)
        let file = scratch.path + "/cases.zip"
        let shown = try await Tool.run(["export", "show", file, "--json"])
        #expect(
            shown.output == #"{"start":1585785600,"end":1585872000,"region":"VN","batch":{"num":1,"size":1},"#
                + #""signatureInfos":[{"keyId":"452","keyVersion":"v1","algorithm":"1.2.840.10045.4.3.2"}],"#
                + #""keys":[{"key":"75c734c6dd1a782de7a965da5eb93125","rollingStart":2642976,"rollingPeriod":144,"#
                + #""reportType":1,"daysSinceOnset":null,"transmissionRisk":0}],"revisedKeys":[]}"# + "\n")
        #expect(try await Tool.run(["export", "verify", file, "--key", scratch.path + "/public.pem"]).status == 0)
        let stranger = try authority()
        let refused = try await Tool.run(["export", "verify", file, "--key", stranger.path + "/public.pem"])
        #expect(refused.status == 1 && refused.output.isEmpty && refused.errors.contains("cases.zip: "))
        let again = try await Tool.run(
            [
                "export", "make", "--keys", "-", "--region", "VN", "--sign", scratch.path + "/key.pem", "--out",
                scratch.path + "/again.zip",
            ], input: shown.output)
        #expect(again.status == 0)
        #expect(try await Tool.run(["export", "show", scratch.path + "/again.zip", "--json"]).output == shown.output)
    }

    @Test func `a published export may be read by everybody`() async throws {
        let scratch = try authority()
        try await make(scratch)
        let attributes = try FileManager.default.attributesOfItem(atPath: scratch.path + "/cases.zip")
        #expect(attributes[.posixPermissions] as? Int == 0o644)
    }

    @Test func `a journal that was loaded is verified, dumped and compared`() async throws {
        let scratch = try authority()
        try await make(scratch)
        let journal = scratch.path + "/journal"
        #expect(try await Tool.run(["journal", "load", journal], input: Self.sightings).status == 0)
        let verified = try await Tool.run(["journal", "verify", journal])
        #expect(verified.status == 0 && verified.output.hasSuffix(": 10 sightings\n"))
        let dump = try await Tool.run(["journal", "dump", journal, "--json"])
        let expected = Self.sightings.replacing(#""rssi":-40,"#, with: #""rssi":-40,"mean":-40,"#)
        #expect(dump.output == expected + "\n")
        let match = try await Tool.run([
            "match", "--journal", journal, "--export", scratch.path + "/cases.zip", "--key",
            scratch.path + "/public.pem", "--json",
        ])
        #expect(
            match.output == #"{"matches":[{"key":"75c734c6dd1a782de7a965da5eb93125","format":"exposure-notification","#
                + #""day":"2020-04-02","sightings":10,"replays":0,"windows":[{"start":1585785600,"seconds":600,"#
                + #""weightedSeconds":600,"minAttenuation":48,"typicalAttenuation":48}]}],"alerts":[]}"# + "\n")
    }

    @Test func `a policy file decides what alerts, and one with a fault is refused with its line`() async throws {
        let scratch = try authority()
        try await make(scratch)
        let journal = scratch.path + "/journal"
        _ = try await Tool.run(["journal", "load", journal], input: Self.sightings)
        let arguments = ["match", "--journal", journal, "--export", scratch.path + "/cases.zip", "--exit-code"]
        #expect(try await Tool.run(arguments).status == 0)
        let strict = try scratch.file("strict.conf", "[Policy]\nAlertMinutes=10\n").path
        #expect(try await Tool.run(arguments + ["--policy", strict]).status == 10)
        let wrong = try scratch.file("wrong.conf", "[Policy]\nAlertMinutes=never\n").path
        let refused = try await Tool.run(arguments + ["--policy", wrong])
        #expect(refused.status == 1 && refused.errors.contains("wrong.conf:2: [Policy] AlertMinutes=never"))
    }

    @Test func `nothing is loaded when a line is wrong`() async throws {
        let scratch = try Scratch()
        let loaded = try await Tool.run(
            ["journal", "load", scratch.path + "/journal"], input: Self.sightings + "\n{\"format\":\"bluezone\"}\n")
        #expect(loaded.status == 1 && loaded.errors.contains("line 11 of standard input: it has no \"id\""))
        #expect(!FileManager.default.fileExists(atPath: scratch.path + "/journal"))
    }

    @Test func `a damaged journal is told, and its good records are still dumped`() async throws {
        let scratch = try Scratch()
        let journal = scratch.path + "/journal"
        _ = try await Tool.run(["journal", "load", journal], input: Self.sightings)
        let segment = try #require(
            try FileManager.default.contentsOfDirectory(atPath: journal).first { $0.hasPrefix("2020") })
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: journal + "/" + segment))
        let size = try handle.seekToEnd()
        // Inside the third record from the end: good ones stand behind it.
        try handle.seek(toOffset: size - 70)
        try handle.write(contentsOf: Data([0xFF, 0x00, 0xFF]))
        try handle.close()
        let verified = try await Tool.run(["journal", "verify", journal])
        #expect(verified.status == 1 && verified.output.contains("9 sightings; 1 DAMAGED record, the first at byte"))
        let dump = try await Tool.run(["journal", "dump", journal, "--json"])
        #expect(dump.status == 1 && dump.output.split(separator: "\n").count == 9)
        let json = try await Tool.run(["journal", "verify", journal, "--json"])
        #expect(json.output.contains(#""records":9,"damagedRecords":1,"#))
    }

    @Test func `a sealed journal is read with its credential, and its days without one are named`() async throws {
        let scratch = try Scratch()
        let journal = scratch.path + "/journal"
        let file = try scratch.file("credential", String(repeating: "k", count: 40)).path
        let with = ["--credential", file]
        #expect(try await Tool.run(["journal", "load", journal] + with, input: Self.sightings).status == 0)
        let verified = try await Tool.run(["journal", "verify", journal] + with)
        #expect(verified.status == 0 && verified.output.hasPrefix("keys: 1 key, sealed\n"))
        #expect(try await Tool.run(["journal", "dump", journal] + with).output.split(separator: "\n").count == 10)
        let refused = try await Tool.run(["journal", "verify", journal])
        #expect(refused.status == 1 && refused.errors.contains("sealed by the credential bluezone.journal"))
        try FileManager.default.removeItem(atPath: journal + "/keys")
        let lost = try await Tool.run(["journal", "verify", journal])
        #expect(lost.status == 1 && lost.output.contains(".sightings: UNREADABLE, its key is lost\n"))
    }

    @Test func `the configuration is printed with the origin of each value`() async throws {
        let scratch = try Scratch()
        let file = try scratch.file("own.conf", "[Station]\nLanguage=vi\n").path
        let text = try await Tool.run(["config", "--file", file])
        #expect(text.output.contains("# \(file):2\nLanguage=vi\n"))
        #expect(text.output.contains("# default\n"))
        let json = try await Tool.run(["config", "--file", file, "--json"])
        #expect(
            json.output.contains(
                #"{"section":"Station","key":"Language","value":"vi","file":"\#(file)","line":2}"#))
        let wrong = try scratch.file("wrong.conf", "[Station]\nLanguage=fr\n").path
        let refused = try await Tool.run(["config", "--file", wrong])
        #expect(refused.status == 1 && refused.errors.contains("wrong.conf:2: "))
    }

    @Test func `below the configuration stands the policy that a daemon says is in force`() {
        var status = StationStatus()
        #expect(!ConfigText(entries: [], status: status).text.contains("policy"))
        (status.policySerial, status.policyRegion, status.policySigner) = (7, "VN", "452-v1")
        status.policyEntries = ["AlertMinutes=10"]
        let text = ConfigText(entries: [], status: status)
        #expect(
            text.text.hasSuffix(
                "policy 7 of VN, signed by 452-v1, where [Policy] above says nothing else:\n# AlertMinutes=10"))
        #expect(text.json.text.hasSuffix(#""policyEntries":["AlertMinutes=10"]}"#))
    }

    @Test func `a folder or file that is not there is one sentence`() async throws {
        for arguments in [
            ["journal", "verify", "/nonexistent"], ["journal", "dump", "/nonexistent"],
            ["export", "show", "/nonexistent"],
            ["config", "--file", "/nonexistent"], ["match", "--journal", "/nonexistent", "--export", "x"],
        ] {
            let outcome = try await Tool.run(arguments)
            #expect(outcome.status == 1 && outcome.output.isEmpty && outcome.errors.contains("/nonexistent"))
            #expect(outcome.errors.split(separator: "\n").count == 1)
        }
    }
}
