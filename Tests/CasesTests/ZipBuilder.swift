// SPDX-License-Identifier: GPL-3.0-or-later

/// ZIP files byte by byte, so that a test can make one wrong in exactly one way.
struct ZipBuilder {
    private var body: [UInt8] = []
    private var directory: [UInt8] = []
    private var count = 0

    /// Adds a member without compression, whatever it claims to be.
    mutating func add(
        _ name: String, _ bytes: [UInt8], method: Int = 0, flags: Int = 0, claimedSize: Int? = nil, crc: UInt32? = nil
    ) {
        let common =
            little(20, 2) + little(flags, 2) + little(method, 2) + little(0, 2) + little(33, 2)
            + little(Int(crc ?? crc32(bytes)), 4) + little(bytes.count, 4) + little(claimedSize ?? bytes.count, 4)
            + little(name.utf8.count, 2) + little(0, 2)
        directory += little(0x0201_4B50, 4) + little(20, 2) + common
        directory += little(0, 2) + little(0, 2) + little(0, 2) + little(0, 4) + little(body.count, 4)
        directory += Array(name.utf8)
        body += little(0x0403_4B50, 4) + common + Array(name.utf8) + bytes
        count += 1
    }

    /// The file, with the closing record's claims changed at will.
    func file(claimedCount: Int? = nil, zip64: Bool = false, comment: [UInt8] = []) -> [UInt8] {
        let locator = zip64 ? little(0x0706_4B50, 4) + little(0, 16) : []
        return body + directory + locator + little(0x0605_4B50, 4) + little(0, 4)
            + little(claimedCount ?? count, 2) + little(claimedCount ?? count, 2) + little(directory.count, 4)
            + little(body.count, 4) + little(comment.count, 2) + comment
    }

    private func little(_ value: Int, _ width: Int) -> [UInt8] {
        (0..<width).map { $0 < 8 ? UInt8(truncatingIfNeeded: value >> (8 * $0)) : 0 }
    }
}

/// CRC-32 as ZIP has it.
func crc32(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~UInt32(0)) { sum, byte in
        (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in sum >> 1 ^ (sum & 1 == 1 ? 0xEDB8_8320 : 0) }
    }
}
