// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon

/// What a reading of the file of keys found.
struct KeyTable {
    var keys: [UTCDay: SegmentKey] = [:]
    /// The entries are sealed by a credential.
    var isSealed = false
    /// Some part of the file is not what was written.
    var isDamaged = false
    /// Entries that can be read in neither copy.
    var lostEntries = 0
    /// Nothing in the file can be read, not even that it is one.
    var isUnreadable = false

    /// No file.
    init() {}

    /// Reads a file of keys. Throws `newerVersion`; `sealed` when it needs a credential that is not there; and
    /// `otherCredential`. Damage is no error: what can be read of either copy is.
    init(_ bytes: [UInt8], file: String, credential: JournalCredential?) throws(JournalError) {
        var expected = 0
        var goodHeaders = 0
        var complete = 0
        let starts = Self.starts(in: bytes)
        for (number, start) in starts.enumerated() {
            let copy = Array(bytes[start..<(number + 1 < starts.count ? starts[number + 1] : bytes.count)])
            let header = try Header(copy, file: file)
            var found: [UTCDay: SegmentKey] = [:]
            if header.isSealed {
                guard let credential else { throw .sealed(file: file) }
                found = try Self.entries(copy, header, secret: credential.secret)
            } else {
                found = try Self.entries(copy, header, secret: nil)
            }
            if header.isGood {
                goodHeaders += 1
                isSealed = header.isSealed
                expected = max(expected, header.count)
                if found.count == header.count { complete += 1 }
            }
            keys.merge(found) { key, _ in key }
        }
        if isSealed && expected > 0 && keys.isEmpty { throw .otherCredential(file: file) }
        isUnreadable = goodHeaders == 0 && keys.isEmpty
        isDamaged = complete < 2
        lostEntries = max(0, expected - keys.count)
    }

    private struct Header {
        var isGood = false
        var isSealed = false
        var count: Int
        var bytes: [UInt8]

        init(_ copy: [UInt8], file: String) throws(JournalError) {
            bytes = Array(copy.prefix(KeyFormat.headerSize))
            // What a header that is broken cannot say: as many entries as there is room for.
            count = max(0, copy.count - KeyFormat.headerSize) / KeyFormat.entrySize
            guard bytes.count == KeyFormat.headerSize, Array(bytes[0..<8]) == KeyFormat.magic,
                CRC32C.checksum(bytes.span.extracting(0..<60)) == bytes.span.word(at: 60)
            else { return }
            let version = UInt16(bytes[8]) | UInt16(bytes[9]) << 8
            guard version <= KeyFormat.version else { throw .newerVersion(file: file, version: version) }
            isGood = true
            isSealed = bytes[10] == 1
            count = Int(bytes.span.word(at: 12))
        }
    }

    /// Where the copies begin: where a header does, and where one would if it were not broken.
    private static func starts(in bytes: [UInt8]) -> [Int] {
        let half = bytes.count / 2
        return stride(from: 0, to: bytes.count, by: KeyFormat.blockSize).filter { start in
            start == 0 || start == half || bytes[start...].prefix(8).elementsEqual(KeyFormat.magic)
        }
    }

    /// The entries of one copy that are what was written.
    private static func entries(
        _ copy: [UInt8], _ header: Header, secret: [UInt8]?
    ) throws(JournalError) -> [UTCDay: SegmentKey] {
        var seal: KeySeal?
        if let secret { seal = try KeySeal(secret: secret, salt: Array(header.bytes[16..<16 + KeySeal.saltSize])) }
        var found: [UTCDay: SegmentKey] = [:]
        for index in 0..<header.count {
            let begin = KeyFormat.headerSize + index * KeyFormat.entrySize
            guard begin + KeyFormat.entrySize <= copy.count else { break }
            let start = Array(copy[begin..<begin + 8])
            let body = Array(copy[begin + 8..<begin + KeyFormat.entrySize])
            let day = UTCDay(number: Int32(bitPattern: start.span.word(at: 0)))
            var key: [UInt8]?
            if let seal {
                key = seal.unseal(body, index: index, covering: header.bytes + start)
            } else if Array(body[SegmentKey.size...])
                == KeyFormat.plainTag(start, Array(body[..<SegmentKey.size]))
            {
                key = Array(body[..<SegmentKey.size])
            }
            if let key, let key = SegmentKey(key) { found[day] = key }
        }
        return found
    }
}
