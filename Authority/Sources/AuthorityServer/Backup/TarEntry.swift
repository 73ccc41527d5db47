// SPDX-License-Identifier: GPL-3.0-or-later

/// One file in a tar archive: its header of 512 bytes (POSIX.1-2017, pax, "ustar Interchange Format").
struct TarEntry: Hashable, Sendable {
    static let blockLength = 512

    var name: String
    var permissions: UInt32
    var size: Int

    /// Zero bytes after a content of `size`.
    var padding: Int { (TarEntry.blockLength - size % TarEntry.blockLength) % TarEntry.blockLength }

    init(name: String, permissions: UInt32, size: Int) {
        self.name = name
        self.permissions = permissions
        self.size = size
    }

    /// The header; nil for a name that is too long.
    var header: [UInt8]? {
        let name = Array(name.utf8)
        guard name.count < 100 else { return nil }
        var block = name + [UInt8](repeating: 0, count: 100 - name.count)
        block += TarEntry.octal(Int(permissions), 8) + TarEntry.octal(0, 8) + TarEntry.octal(0, 8)
        block += TarEntry.number(size) + TarEntry.octal(0, 12)
        // The sum counts itself as blanks.
        block += Array("        ".utf8) + Array("0".utf8)
        block += [UInt8](repeating: 0, count: 100) + Array("ustar\u{0}00".utf8)
        block += [UInt8](repeating: 0, count: TarEntry.blockLength - block.count)
        let sum = TarEntry.octal(block.reduce(0) { $0 + Int($1) }, 7) + [0x20]
        block.replaceSubrange(148..<156, with: sum)
        return block
    }

    /// What a header says; nil for a block that is none of a plain file, or that is damaged.
    init?(_ block: [UInt8]) {
        guard block.count == TarEntry.blockLength, block[156] == UInt8(ascii: "0"),
            block[257..<263].elementsEqual("ustar\u{0}".utf8)
        else { return nil }
        var blank = block
        blank.replaceSubrange(148..<156, with: [UInt8](repeating: 0x20, count: 8))
        guard let sum = TarEntry.value(block[148..<154]), sum == blank.reduce(0, { $0 + Int($1) }),
            let permissions = TarEntry.value(block[100..<107]), let size = TarEntry.size(block[124..<136])
        else { return nil }
        self.init(
            name: String(decoding: block[..<100].prefix { $0 != 0 }, as: UTF8.self),
            permissions: UInt32(clamping: permissions) & 0o777, size: size)
    }

    /// Digits to the base 8, and a zero byte.
    private static func octal(_ number: Int, _ length: Int) -> [UInt8] {
        let digits = String(number, radix: 8)
        return Array((String(repeating: "0", count: max(0, length - 1 - digits.utf8.count)) + digits).utf8) + [0]
    }

    /// A size; what has more than eleven digits stands there in binary, as GNU tar has it.
    private static func number(_ size: Int) -> [UInt8] {
        guard size >= 1 << 33 else { return octal(size, 12) }
        return [0x80, 0, 0, 0] + stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: size >> $0) }
    }

    private static func size(_ field: ArraySlice<UInt8>) -> Int? {
        guard field.first == 0x80 else { return value(field.prefix(11)) }
        let value = field.suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return value < 1 << 50 ? Int(value) : nil
    }

    private static func value(_ digits: ArraySlice<UInt8>) -> Int? {
        Int(String(decoding: digits.prefix { $0 != 0 && $0 != 0x20 }, as: UTF8.self), radix: 8).flatMap {
            $0 >= 0 ? $0 : nil
        }
    }
}
