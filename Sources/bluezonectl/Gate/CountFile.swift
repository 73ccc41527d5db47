// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import Platform

/// The file of counts: CSV, one line for each quarter that is over, oldest first.
///
/// A line is appended and made safe before the next. What a power cut leaves of one, a last line without its end, is no
/// line: it is not read, and gone with the next one written.
struct CountFile {
    let path: String

    /// The service's own.
    static let standardPath = "/var/lib/bluezone-gate/counts.csv"

    /// All counts, and how many lines cannot be understood. Throws when the file cannot be read.
    func read() throws(SystemError) -> (counts: [QuarterCount], damagedLines: Int) {
        let (lines, _) = try wholeLines()
        let rows = lines.dropFirst(lines.first == QuarterCount.header ? 1 : 0)
        let counts = rows.compactMap { QuarterCount(line: $0) }
        return (counts, rows.count - counts.count)
    }

    /// Adds a count and waits until it is on the medium. Counts of days before `oldest` go.
    func append(_ count: QuarterCount, droppingBefore oldest: UTCDay) throws(SystemError) {
        var (lines, isTorn): ([String], Bool) = ([], true)
        do throws(SystemError) {
            (lines, isTorn) = try wholeLines()
        } catch {
            guard error.isNotFound else { throw error }
        }
        let kept = lines.filter { line in
            line != QuarterCount.header && (QuarterCount(line: line)?.quarter.start.day ?? oldest) >= oldest
        }
        guard !isTorn, lines.first == QuarterCount.header, kept.count + 1 == lines.count else {
            return try replace(with: kept + [count.line])
        }
        let file = try File(path, .update)
        try file.write(Array((count.line + "\n").utf8), at: file.size())
        try file.synchronize()
    }

    /// The lines that have an end, and whether anything follows them.
    private func wholeLines() throws(SystemError) -> ([String], isTorn: Bool) {
        let bytes = try Folder.contents(of: path)
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return (lines.dropLast().map { String(decoding: $0, as: UTF8.self) }, lines.last?.isEmpty == false)
    }

    private func replace(with rows: [String]) throws(SystemError) {
        let text = ([QuarterCount.header] + rows).map { $0 + "\n" }.joined()
        try Folder.replace(path, with: Array(text.utf8))
        // The group of the service's user may read it.
        try Folder.permit(0o640, on: path)
    }
}
