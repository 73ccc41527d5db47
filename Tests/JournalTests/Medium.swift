// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Glibc
import Platform

@testable import Journal

/// What a medium holds: files by number, and the names of a folder. A value, so that a test may go on from any state of it
/// in as many ways as it likes.
struct Medium: Hashable, CustomStringConvertible {
    /// A file's bytes by its number. Files without a name stay: their blocks are there until something is written over them.
    var files: [Int: [UInt8]] = [:]
    var names: [String: Int] = [:]

    /// A system call that changes what the medium holds, or will once it is synced.
    enum Operation: Hashable {
        case write(file: Int, offset: Int, bytes: [UInt8])
        /// Each name's file after the step; nil: the name is gone.
        case name([String: Int?])
    }

    /// Names and lengths.
    var description: String {
        names.sorted { $0.key < $1.key }.map { "\($0.key):\(files[$0.value]?.count ?? 0)" }.joined(separator: " ")
    }

    mutating func apply(_ operation: Operation) {
        switch operation {
        case .write(let number, let offset, let bytes):
            // By way of pointers: a crash test does this a million times, and without the optimiser.
            let old = files[number] ?? []
            let count = max(old.count, offset + bytes.count)
            files[number] = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                let raw = UnsafeMutableRawBufferPointer(buffer)
                old.withUnsafeBytes { raw.copyMemory(from: $0) }
                if offset > old.count { memset(raw.baseAddress! + old.count, 0, offset - old.count) }
                bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(rebasing: raw[offset...]).copyMemory(from: $0) }
                filled = count
            }
        case .name(let changes):
            for (name, file) in changes {
                names[name] = file
                if let file, files[file] == nil { files[file] = [] }
            }
        }
    }

    /// A number for what the names show, the same for the same.
    var fingerprint: Int {
        var hasher = Hasher()
        for (name, file) in names.sorted(by: { $0.key < $1.key }) {
            hasher.combine(name)
            (files[file] ?? []).withUnsafeBytes {
                hasher.combine($0.count)
                hasher.combine(bytes: $0)
            }
        }
        return hasher.finalize()
    }

    /// The bytes under a name.
    subscript(name: String) -> [UInt8]? { names[name].flatMap { files[$0] } }

    /// Whether any file, also one without a name, holds these bytes in a row.
    func holds(_ bytes: [UInt8]) -> Bool {
        files.values.contains { file in
            file.indices.contains { file[$0] == bytes[0] && file[$0...].starts(with: bytes) }
        }
    }

    /// The good sightings of a day, as a reader finds them.
    func sightings(_ day: UTCDay, credential: JournalCredential? = nil) throws -> [Sighting] {
        guard let bytes = self[JournalFormat.fileName(of: day)] else { return [] }
        let keys = self["keys"]
        let finding = try SegmentFinding(header: bytes.span.extracting(0..<min(4096, bytes.count)), day: day) {
            () throws(JournalError) in
            guard let keys else { return nil }
            return try KeyTable(keys, file: "keys", credential: credential).keys[day]
        }
        guard case .readable(let cipher, let isHeaderDamaged) = finding else { return [] }
        var scan = SegmentScan(day: day, cipher: cipher, isHeaderDamaged: isHeaderDamaged)
        var sightings: [Sighting] = []
        try scan.run(size: bytes.count) { offset, span in
            span.fill(from: bytes, at: offset)
        } _: { records in
            for index in records.indices { sightings += records[index].sighting(from: day.start).map { [$0] } ?? [] }
        }
        return sightings
    }
}
