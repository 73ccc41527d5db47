// SPDX-License-Identifier: GPL-3.0-or-later

extension Settings {
    /// Reads and merges the configuration: later files and later lines win, an empty value is the default.
    ///
    /// Everything that is wrong is told at once; no setting of a configuration with a problem is in force.
    package static func load(_ place: SettingsPlace = .system) throws(SettingsError) -> Settings {
        var merger = SettingsMerger()
        for file in try place.files() {
            let (entries, problems) = try IniFile.scan(file)
            merger.problems += problems
            for entry in entries { merger.take(entry, of: file) }
        }
        return try merger.settings()
    }
}

/// Collects the entries of all files, checks them and makes the settings of them.
private struct SettingsMerger {
    var problems: [SettingsProblem] = []
    /// The last entry for each key there is.
    private var chosen: [String: SettingsEntry] = [:]
    private var policy: [SettingsEntry] = []

    /// Takes one line; a value is checked even if a later file replaces it.
    mutating func take(_ line: IniFile.Entry, of file: String) {
        let origin = SettingsOrigin.line(file: file, number: line.line)
        let entry = SettingsEntry(section: line.section, key: line.key, value: line.value, origin: origin)
        if line.section == SettingsDefinition.policySection {
            policy.removeAll { $0.key == line.key }
            if !line.value.isEmpty { policy.append(entry) }
        } else if let definition = SettingsDefinition.named(line.key, in: line.section) {
            var scratch = Settings()
            do {
                if !line.value.isEmpty { try definition.apply(&scratch, line.value) }
                chosen[line.section + "/" + line.key] = line.value.isEmpty ? nil : entry
            } catch { problems.append(entry.problem(error.text)) }
        } else {
            problems.append(SettingsProblem(file: file, line: line.line, message: unknown(line)))
        }
    }

    /// The merged settings, or every problem found.
    func settings() throws(SettingsError) -> Settings {
        var settings = Settings()
        var found = problems
        for definition in SettingsDefinition.all {
            let entry =
                chosen[definition.section + "/" + definition.key]
                ?? SettingsEntry(
                    section: definition.section, key: definition.key, value: definition.standard, origin: .standard)
            do { try definition.apply(&settings, entry.value) } catch { found.append(entry.problem(error.text)) }
            settings.entries.append(entry)
        }
        settings.policy = policy
        settings.entries += policy
        found += contradictions(in: settings)
        if !found.isEmpty { throw .refused(found) }
        return settings
    }

    /// What each setting allows alone and the others forbid.
    private func contradictions(in settings: Settings) -> [SettingsProblem] {
        var found: [SettingsProblem] = []
        if settings.radio.kind == .air, settings.radio.air == nil, let kind = chosen["Radio/Kind"] {
            found.append(kind.problem("needs Air=/path, the folder that the stations share"))
        }
        if settings.adoption.isCounted, let count = chosen["Adoption/Count"] {
            if settings.adoption.province == nil {
                found.append(count.problem("needs Province=, the code of a province as VN-04"))
            }
            if settings.publish.server == nil {
                found.append(count.problem("needs [Publish] Server=, whom to tell"))
            }
        }
        for key in ["Clock/Speed", "Clock/Start", "Clock/Origin"] {
            guard settings.radio.kind != .air, let entry = chosen[key], !entry.saysDefault else { continue }
            found.append(entry.problem("only a simulated air ([Radio] Kind=air) has a clock of its own"))
        }
        return found
    }
}

extension SettingsEntry {
    /// Whether the value is the one that holds when nobody sets it.
    fileprivate var saysDefault: Bool { SettingsDefinition.named(key, in: section)?.standard == value }
}

/// What is wrong with a key or section that does not exist, with the nearest that does.
private func unknown(_ line: IniFile.Entry) -> String {
    let sections = SettingsDefinition.sections
    if line.section.isEmpty {
        return "\(line.key)=\(line.value) stands before any section; expected [Station] or another"
    }
    guard sections.contains(line.section) else {
        return "there is no section [\(line.section)]; " + suggestion(for: line.section, among: sections)
    }
    let keys = SettingsDefinition.all.filter { $0.section == line.section }.map(\.key)
    return "[\(line.section)] has no key \"\(line.key)\"; " + suggestion(for: line.key, among: keys)
}

/// `did you mean X?` when only the case or a few letters differ, else all there is.
private func suggestion(for word: String, among words: [String]) -> String {
    let near = words.min { distance($0, word) < distance($1, word) }
    if let near, distance(near, word) <= 2 { return "did you mean \(near)?" }
    return "expected " + alternatives(words)
}

/// Edits (insert, remove, replace a letter) from one word to the other, upper and lower case alike. Long words are cut.
private func distance(_ first: String, _ second: String) -> Int {
    let other = Array(second.lowercased().prefix(40))
    var row = Array(0...other.count)
    for (i, letter) in first.lowercased().prefix(40).enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, candidate) in other.enumerated() {
            let replaced = diagonal + (letter == candidate ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
        }
    }
    return row[other.count]
}
