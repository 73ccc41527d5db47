// SPDX-License-Identifier: GPL-3.0-or-later

internal import CInih
internal import Platform

/// Reads INI files: `[Section]`, `Key=Value`, comments after `#` or `;` at the start of a line or after ` ;`.
package enum IniFile {
    /// One `Key=Value` with the place it stands at.
    package struct Entry: Hashable, Sendable {
        /// Empty before the first section.
        package let section: String
        package let key: String
        package let value: String
        /// Counted from 1.
        package let line: Int
    }

    /// The largest file that is read, in bytes.
    package static let maximumBytes = 1 << 20

    /// The entries of the file at `path` in their order, or all that is wrong with it.
    package static func read(_ path: String) throws(SettingsError) -> [Entry] {
        let (entries, problems) = try scan(path)
        if !problems.isEmpty { throw .refused(problems) }
        return entries
    }

    /// What can be read of the file at `path`, and what cannot.
    static func scan(_ path: String) throws(SettingsError) -> (entries: [Entry], problems: [SettingsProblem]) {
        let bytes: [UInt8]
        do {
            let file = try File(path, .read)
            // One byte more than allowed, so that a file that grew too large shows.
            bytes = try file.read(at: 0, count: min(file.size(), maximumBytes + 1))
        } catch { throw .unreadable(error) }
        guard bytes.count <= maximumBytes else {
            let message = "the file is longer than a configuration can be (\(maximumBytes) bytes)"
            return ([], [SettingsProblem(file: path, line: 0, message: message)])
        }
        return parse(bytes, file: path)
    }

    /// Parses a file's bytes; `file` is its name for messages.
    static func parse(_ bytes: [UInt8], file: String) -> (entries: [Entry], problems: [SettingsProblem]) {
        let feed = LineFeed(bytes)
        let context = unsafe Unmanaged.passUnretained(feed).toOpaque()
        _ = unsafe ini_parse_stream(handOver, context, takeEntry, context)
        return (feed.entries, feed.problems.map { SettingsProblem(file: file, line: $0.line, message: $0.message) })
    }
}

/// Gives libinih the next line. It outlives the parse, which `IniFile.parse` keeps it alive for.
private func handOver(
    _ buffer: UnsafeMutablePointer<CChar>?, _ capacity: CInt, _ context: UnsafeMutableRawPointer?
) -> UnsafeMutablePointer<CChar>? {
    guard let buffer = unsafe buffer, let context = unsafe context else { return nil }
    let feed = unsafe Unmanaged<LineFeed>.fromOpaque(context).takeUnretainedValue()
    guard let line = feed.next(room: Int(capacity) - 2) else { return nil }
    for (index, byte) in line.enumerated() { unsafe buffer[index] = CChar(bitPattern: byte) }
    unsafe buffer[line.count] = CChar(bitPattern: UInt8(ascii: "\n"))
    unsafe buffer[line.count + 1] = 0
    return unsafe buffer
}

/// Takes an entry from libinih, which says no line number: it is that of the line handed over last.
private func takeEntry(
    _ context: UnsafeMutableRawPointer?, _ section: UnsafePointer<CChar>?, _ name: UnsafePointer<CChar>?,
    _ value: UnsafePointer<CChar>?
) -> CInt {
    guard let context = unsafe context, let section = unsafe section, let name = unsafe name,
        let value = unsafe value
    else { return 0 }
    let feed = unsafe Unmanaged<LineFeed>.fromOpaque(context).takeUnretainedValue()
    unsafe feed.take(section: String(cString: section), key: String(cString: name), value: String(cString: value))
    return 1
}
