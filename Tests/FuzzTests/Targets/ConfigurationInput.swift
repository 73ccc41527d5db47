// SPDX-License-Identifier: GPL-3.0-or-later

import Exposure

@testable import Settings
@testable import bluezonectl

/// A configuration file.
enum ConfigurationInput: FuzzedInput {
    static func check(_ bytes: [UInt8]) throws {
        let lines = bytes.count { $0 == UInt8(ascii: "\n") } + 1
        let (entries, problems) = IniFile.parse(bytes, file: "fuzz")
        try demand(entries.allSatisfy { (1...lines).contains($0.line) }, "an entry stands on a line of the file")
        try demand(problems.allSatisfy { (1...lines).contains($0.line) }, "a problem stands on a line of the file")
        let settings: Settings
        do throws(SettingsError) {
            settings = try load(bytes)
        } catch {
            return try check(error)
        }
        try checkPrinting(settings)
        guard let policy = try? Policy(entries: settings.policy.map({ ($0.key, $0.value) })) else { return }
        try demand(policy.alertMinutes > 0 && (1...30).contains(policy.daysBack), "a policy keeps its bounds")
    }

    private static func load(_ bytes: [UInt8]) throws(SettingsError) -> Settings {
        let loaded = try? withFile(bytes) { path in
            Result { () throws(SettingsError) in try Settings.load(.file(path)) }
        }
        guard let loaded else { throw .refused([]) }
        return try loaded.get()
    }

    private static func check(_ error: SettingsError) throws {
        guard case .refused(let problems) = error else { throw error }
        try demand(!problems.isEmpty, "a refusal says why")
        let isText = error.description.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 || $0 == 0x0A }
        try demand(isText, "a refusal is text")
        let lines = error.description.split(separator: "\n", omittingEmptySubsequences: false)
        try demand(lines.count == problems.count, "a problem is one line")
    }

    /// What `bluezonectl config` prints says the same when it is read back.
    private static func checkPrinting(_ settings: Settings) throws {
        var again = try load(Array(ConfigText(entries: settings.entries).text.utf8))
        func values(_ settings: Settings) -> [[String]] { settings.entries.map { [$0.section, $0.key, $0.value] } }
        try demand(values(again) == values(settings), "every setting is printed as it is")
        again.entries = settings.entries
        again.policy = settings.policy
        try demand(again == settings, "what is printed means the same")
    }

    static func seeds() -> [Seed] {
        let standard = SettingsDefinition.all.map { "[\($0.section)]\n\($0.key)=\($0.standard)" }
        let policy = Policy.keys.map { "[Policy]\n\($0)=1" }
        let air = "[Radio]\nKind=air\nAir=/run/air\n[Clock]\nSpeed=60\nStart=1623196800\n"
        return [
            Seed("standard", Array(standard.joined(separator: "\n").utf8)),
            Seed("policy", Array(policy.joined(separator: "\n").utf8)), Seed("air", Array(air.utf8)),
            Seed("sync", Array("[Sync]\nIndex=https://example.org/index.txt\nBase=file:///srv/\n".utf8)),
            Seed("remarks", Array("\u{FEFF}# remark\r\n[Scan] ; remark\r\nWindowSeconds = 4 ; remark\r\n".utf8)),
        ] + (standard + policy).enumerated().map { Seed("key-\($0.offset)", Array($0.element.utf8)) }
    }
}
