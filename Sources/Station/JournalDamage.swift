// SPDX-License-Identifier: GPL-3.0-or-later

package import Journal

/// What of the journal cannot be read, for the status and the log. None of it stops anything: what can be read is.
package struct JournalDamage: Hashable, Sendable {
    /// Segments with damage, by their day.
    package private(set) var segments: [SegmentReport] = []
    /// The file of keys, when some part of it is not what was written.
    package private(set) var keys: KeyReport?
    /// Files that were set aside because nothing in them could be read.
    package private(set) var setAside: [String] = []

    init(segments: [SegmentReport] = [], keys: KeyReport? = nil, setAside: [String] = []) {
        self.segments = segments
        self.keys = keys.flatMap { $0.isDamaged ? $0 : nil }
        self.setAside = setAside
    }

    /// Takes the newest reading of a segment in place of an older one.
    mutating func note(_ report: SegmentReport) {
        segments.removeAll { $0.file == report.file }
        guard report.isDamaged else { return }
        segments.append(report)
        segments.sort { $0.day < $1.day }
    }

    /// Takes the names of the files that are set aside now. A segment that is among them has made room for a good one.
    mutating func note(setAside names: [String]) {
        setAside = names
        segments.removeAll { segment in segment.obstacle != nil && names.contains { $0.hasPrefix(segment.file + ".") } }
    }

    /// One sentence for each file, the file of keys first.
    package var sentences: [String] {
        [keys?.sentence].compactMap { $0 } + segments.map(\.sentence)
            + setAside.map { "\($0) was set aside: nothing in it can be read" }
    }
}

extension SegmentReport {
    /// The damage of a segment in one sentence.
    package var sentence: String {
        switch obstacle {
        case .noKey: return "\(file) cannot be read: its key is lost"
        case .otherKey: return "\(file) cannot be read: its key is not the one in the file of keys"
        case nil: break
        }
        var parts: [String] = []
        if isHeaderDamaged { parts.append("a damaged header") }
        if damagedRecords > 0 {
            parts.append(
                "\(damagedRecords) damaged \(damagedRecords == 1 ? "record" : "records"), the first at byte \(firstDamage ?? 0)"
            )
        }
        return "\(file) has \(parts.joined(separator: " and "))"
    }
}

extension KeyReport {
    /// The damage of the file of keys in one sentence.
    var sentence: String {
        if isUnreadable { return "\(file), the file of keys, cannot be read" }
        if lostKeys > 0 { return "\(file), the file of keys, has lost \(lostKeys) of its keys" }
        return "\(file), the file of keys, is damaged in one of its two copies; the other is whole"
    }
}
