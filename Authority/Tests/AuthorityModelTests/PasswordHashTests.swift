// SPDX-License-Identifier: GPL-3.0-or-later

import Testing

@testable import AuthorityModel

struct PasswordHashTests {
    private static let cheap = PasswordHash.Cost(rounds: 16, blockSize: 8, parallelism: 1)

    @Test func `a password matches its hash and no other does`() throws {
        let hash = try #require(PasswordHash(of: "ba con mèo đen ngủ", cost: PasswordHashTests.cheap))
        #expect(hash.matches("ba con mèo đen ngủ"))
        #expect(!hash.matches("ba con mèo đen ngủ "))
        #expect(!hash.matches(""))
        let read = try #require(PasswordHash(text: hash.text))
        #expect(read == hash)
        #expect(read.matches("ba con mèo đen ngủ"))
    }

    @Test func `letters with marks are the same from any keyboard`() throws {
        let hash = try #require(PasswordHash(of: "e\u{302}\u{301}e\u{302}\u{301}", cost: PasswordHashTests.cheap))
        #expect(hash.matches("\u{1EBF}\u{1EBF}"))
    }

    @Test func `the same password has another hash each time`() {
        #expect(
            PasswordHash(of: "x", cost: PasswordHashTests.cheap)?.text
                != PasswordHash(of: "x", cost: PasswordHashTests.cheap)?.text)
    }

    /// By Python's hashlib.scrypt(b"password", salt=bytes(16), n=1024, r=8, p=1, dklen=32).
    @Test func `it is scrypt as others have it`() throws {
        let salt = [UInt8](repeating: 0, count: 16).base64
        let hash = PythonScrypt.hash.base64
        let read = try #require(PasswordHash(text: "scrypt$1024$8$1$\(salt)$\(hash)"))
        #expect(read.matches("password"))
    }

    @Test func `the usual cost is one that OWASP names`() throws {
        let cost = PasswordHash.Cost.usual
        #expect(cost == .init(rounds: 32_768, blockSize: 8, parallelism: 3))
        #expect(try #require(PasswordHash(of: "x")).matches("x"))
    }

    @Test(arguments: [
        "", "scrypt", "scrypt$16$8$1$AAAA$AAAA",
        "bcrypt$16$8$1$AAAAAAAAAAAAAAAAAAAAAA==$\([UInt8](repeating: 0, count: 32).base64)",
        "scrypt$15$8$1$AAAAAAAAAAAAAAAAAAAAAA==$\([UInt8](repeating: 0, count: 32).base64)",
        "scrypt$1073741824$8$1$AAAAAAAAAAAAAAAAAAAAAA==$\([UInt8](repeating: 0, count: 32).base64)",
        "scrypt$16$99999999999$1$AAAAAAAAAAAAAAAAAAAAAA==$\([UInt8](repeating: 0, count: 32).base64)",
        "scrypt$16$8$-1$AAAAAAAAAAAAAAAAAAAAAA==$\([UInt8](repeating: 0, count: 32).base64)",
    ])
    func `a damaged hash is none, and one that would take all memory is none`(text: String) {
        #expect(PasswordHash(text: text) == nil)
    }

    @Test(arguments: [
        ("kurz", PasswordFault.short), ("nguyenlan-2026", .plain), ("aaaaaaaaaaaaaaaa", .plain),
        (String(repeating: "abcdefgh", count: 40), .long),
    ])
    func `some passwords are nobody's`(password: String, fault: PasswordFault) {
        #expect(PasswordHash.objection(to: password, name: "lan") == fault)
    }

    @Test func `a password that is too long is refused before any work`() {
        #expect(PasswordHash(of: String(repeating: "x", count: 257), cost: PasswordHashTests.cheap) == nil)
        #expect(PasswordHash.objection(to: "ba con mèo đen ngủ", name: "lan") == nil)
    }

    @Test(arguments: [
        "", "Lan", "lan nguyen", "lan'--", "<b>", "../x", "-x", ".x", String(repeating: "a", count: 33), "đào",
    ])
    func `a name is plain`(name: String) {
        #expect(Official(name: name, role: .issuer, region: "VN") == nil)
    }

    @Test func `an official of a province issues for it alone`() throws {
        let official = try #require(Official(name: "lan", role: .issuer, region: "VN-04"))
        #expect(official.isIn("VN-04"))
        #expect(!official.isIn("VN"))
        #expect(!official.isIn("VN-044"))
        #expect(try #require(Official(name: "lan", role: .issuer, region: "VN")).isIn("VN-04"))
    }
}

private enum PythonScrypt {
    static let hash: [UInt8] = [
        0xCE, 0xA1, 0xCB, 0xC1, 0x09, 0xB7, 0x99, 0x79, 0xF2, 0x42, 0xAC, 0xF2, 0x90, 0xE2, 0x77, 0xB5,
        0xD7, 0x88, 0x0C, 0xD4, 0x30, 0x09, 0x80, 0xC2, 0xBF, 0x08, 0x82, 0xF4, 0xC1, 0x61, 0xE3, 0x20,
    ]
}
