// SPDX-License-Identifier: GPL-3.0-or-later

import Foundation
import Platform
import Testing

@testable import Cases

struct CaseArchiveTests {
    @Test func `a plain archive of the two members is read from memory and from disk`() throws {
        let bytes = archive { _ in }.file()
        #expect(try read(bytes).header.region == "VN")
        try withFolder { folder in
            try Folder.replace(folder + "/export.zip", with: bytes)
            #expect(try CaseExport(.file(folder + "/export.zip"), trust: .nobody).header.region == "VN")
        }
    }

    @Test func `a comment and the Dutch server's third member do no harm`() throws {
        let file = archive { $0.add("content.sig", [1, 2, 3]) }.file(comment: Array("PK\u{5}\u{6} comment".utf8))
        #expect(try read(file).header.region == "VN")
    }

    @Test func `members that do not belong are refused`() {
        #expect(throws: CaseError.foreignMember("readme.txt")) { try read(archive { $0.add("readme.txt", []) }.file()) }
        #expect(throws: CaseError.foreignMember("..")) { try read(archive { $0.add("..", []) }.file()) }
        #expect(throws: CaseError.misplacedMember("a/export.bin")) {
            try read(archive { $0.add("a/export.bin", []) }.file())
        }
        #expect(throws: CaseError.misplacedMember("../export.sig")) {
            try read(archive { $0.add("../export.sig", []) }.file())
        }
        #expect(throws: CaseError.duplicateMember("export.bin")) {
            try read(archive { $0.add("export.bin", ExportDecoder.magic) }.file())
        }
        #expect(throws: CaseError.duplicateMember("content.sig")) {
            try read(
                archive {
                    $0.add("content.sig", [])
                    $0.add("content.sig", [])
                }.file())
        }
    }

    @Test func `missing members are refused, export.sig only when a signature is asked for`() throws {
        var onlyExport = ZipBuilder()
        onlyExport.add("export.bin", ExportDecoder.magic)
        var onlySignature = ZipBuilder()
        onlySignature.add("export.sig", [])
        #expect(try read(onlyExport.file()).keys.isEmpty)
        #expect(throws: CaseError.missingMember("export.bin")) { try read(onlySignature.file()) }
        #expect(throws: CaseError.missingMember("export.sig")) {
            try CaseExportReader.verify(.archive(onlyExport.file()), keys: AuthorityKeys(named: []))
        }
    }

    @Test func `an archive that claims many members is refused before libzip sees it`() {
        #expect(throws: CaseError.tooManyMembers(9)) { try read(archive { _ in }.file(claimedCount: 9)) }
        #expect(throws: CaseError.tooManyMembers(65_535)) { try read(archive { _ in }.file(claimedCount: 65_535)) }
        #expect { try read(archive { _ in }.file(zip64: true)) } throws: { "\($0)".contains("ZIP64") }
    }

    @Test func `packing that exports do not use is refused`() {
        #expect(throws: CaseError.memberPacking("export.bin")) { try read(lone(method: 12)) }
        #expect(throws: CaseError.memberPacking("export.bin")) { try read(lone(flags: 1)) }
    }

    @Test func `a wrong checksum and broken deflate are told as damage`() {
        for file in [lone(crc: 7), lone(method: 8)] {
            #expect { try read(file) } throws: { error in
                guard case CaseError.damagedMember("export.bin", _) = error else { return false }
                return true
            }
        }
    }

    @Test func `an archive that unpacks to more than an export may have is refused, also when it lies`() throws {
        let large = [UInt8](repeating: 0, count: CaseArchive.maximumLength - ExportDecoder.magic.count + 1)
        var file = try writeArchive([("export.bin", ExportDecoder.magic + large), ("export.sig", [])])
        #expect(file.count < 200_000)
        let tooLarge = CaseError.memberTooLarge("export.bin", limit: CaseArchive.maximumLength)
        #expect(throws: tooLarge) { try read(file) }
        // The size in the directory entry of export.bin, 24 bytes into it.
        let entry = try #require(file.indices.first { file[$0...].starts(with: [0x50, 0x4B, 1, 2]) })
        file.replaceSubrange(entry + 24..<entry + 28, with: [100, 0, 0, 0])
        #expect(throws: CaseError.self) { try read(file) }
    }

    @Test func `a signature file of megabytes is refused`() throws {
        let file = try writeArchive([
            ("export.bin", ExportDecoder.magic), ("export.sig", [UInt8](repeating: 0, count: 70_000)),
        ])
        #expect(throws: CaseError.memberTooLarge("export.sig", limit: CaseArchive.maximumSignatureLength)) {
            try CaseExportReader.verify(.archive(file), keys: AuthorityKeys(named: []))
        }
    }

    @Test func `what is no archive is refused with words`() throws {
        for bytes in [[], [0x50], Array("PK\u{5}\u{6}".utf8), [UInt8](repeating: 0x41, count: 100_000)] {
            #expect { try read(bytes) } throws: { "\($0)".hasPrefix("not a ZIP file as a case export must be") }
        }
        try withFolder { folder in
            #expect { try CaseExport(.file(folder + "/absent"), trust: .nobody) } throws: {
                "\($0)" == "open \(folder)/absent: No such file or directory"
            }
            #expect(throws: CaseError.self) { try CaseExport(.file(folder), trust: .nobody) }
            #expect(mkfifo(folder + "/pipe", 0o600) == 0)
            #expect(throws: CaseError.self) { try CaseExport(.file(folder + "/pipe"), trust: .nobody) }
        }
    }

    private func read(_ bytes: [UInt8]) throws -> CaseExport { try CaseExport(.archive(bytes), trust: .nobody) }

    /// The two members, and what `more` adds.
    private func archive(_ more: (inout ZipBuilder) -> Void) -> ZipBuilder {
        var region = ProtobufWriter()
        region.write(3, "VN")
        var zip = ZipBuilder()
        zip.add("export.bin", ExportDecoder.magic + region.bytes)
        zip.add("export.sig", [])
        more(&zip)
        return zip
    }

    /// An archive with one wrong member.
    private func lone(method: Int = 0, flags: Int = 0, crc: UInt32? = nil) -> [UInt8] {
        var zip = ZipBuilder()
        zip.add("export.bin", ExportDecoder.magic, method: method, flags: flags, crc: crc)
        return zip.file()
    }
}
