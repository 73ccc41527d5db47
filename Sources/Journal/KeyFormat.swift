// SPDX-License-Identifier: GPL-3.0-or-later
// The only place where the numbers of the key file's format stand. The paper is docs/journal-format.md.

internal import Beacon

/// The bytes of the file of keys: two equal copies of a header and one entry for each segment.
enum KeyFormat {
    /// The file's name in the journal's folder.
    static let name = "keys"
    /// The next file of keys while it is written, or the one before until it is wiped.
    static let nextName = "keys.new"
    /// What stands behind the day in the name of a file of keys set aside.
    static let asideSuffix = ".keys"

    static let magic = Array("BZSKEYS\n".utf8)
    static let version: UInt16 = 1
    static let headerSize = 64
    /// Day and four zeros in the clear, the key, a tag.
    static let entrySize = 8 + SegmentKey.size + KeySeal.tagSize
    /// Each copy fills whole blocks of this size, so that losing one costs no more than one copy.
    static let blockSize = 4096

    /// A header. `salt` is that of the seal; nil: entries are in the clear.
    static func header(count: Int, salt: [UInt8]?) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: headerSize)
        header.replaceSubrange(0..<8, with: magic)
        header.put(UInt32(version), at: 8, bytes: 2)
        header[10] = salt == nil ? 0 : 1
        header.put(UInt32(truncatingIfNeeded: count), at: 12, bytes: 4)
        if let salt { header.replaceSubrange(16..<16 + KeySeal.saltSize, with: salt.prefix(KeySeal.saltSize)) }
        header.put(CRC32C.checksum(header.span.extracting(0..<60)), at: 60, bytes: 4)
        return header
    }

    /// The start of an entry: its day.
    static func entryStart(of day: UTCDay) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 8)
        bytes.put(UInt32(bitPattern: day.number), at: 0, bytes: 4)
        return bytes
    }

    /// What stands behind a key in the clear instead of a seal's tag: the checksum of day and key, and zeros.
    static func plainTag(_ start: [UInt8], _ key: [UInt8]) -> [UInt8] {
        var tag = [UInt8](repeating: 0, count: KeySeal.tagSize)
        tag.put(CRC32C.checksum((start + key).span), at: 0, bytes: 4)
        return tag
    }

    /// The whole file.
    static func bytes(
        of keys: [UTCDay: SegmentKey], sealedBy secret: [UInt8]?, using random: inout any RandomNumberGenerator
    ) throws(JournalError) -> [UInt8] {
        let salt = secret == nil ? nil : [UInt8](random: KeySeal.saltSize, using: &random)
        let header = header(count: keys.count, salt: salt)
        var copy = header
        var seal: KeySeal?
        if let secret, let salt { seal = try KeySeal(secret: secret, salt: salt) }
        for (index, day) in keys.keys.sorted().enumerated() {
            let start = entryStart(of: day)
            let key = keys[day]?.bytes ?? []
            copy += start
            if let seal {
                copy += try seal.seal(key, index: index, covering: header + start)
            } else {
                copy += key + plainTag(start, key)
            }
        }
        let blocks = (copy.count + blockSize - 1) / blockSize
        copy += [UInt8](repeating: 0, count: blocks * blockSize - copy.count)
        return copy + copy
    }
}
