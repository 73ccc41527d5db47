// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Testing

@testable import Cases

/// Damages valid files in ways that are the same in every run. What is asked for is an answer: an error or an export,
/// never a trap.
struct CaseFuzzTests {
    @Test func `a damaged archive never traps, and never passes as signed`() throws {
        let signer = try sampleSigner()
        let keys = AuthorityKeys(named: [try signer.key.publicKey(name: "452-v1")])
        let whole = try CaseExportWriter(header: sampleHeader, keys: sampleKeys(.bluezone, count: 5))
            .archive(signedBy: [signer])
        let receipt = try CaseExportReader.verify(.archive(whole), keys: keys)
        var random = SplitMix(state: 1)
        for _ in 0..<3000 {
            let damaged = random.damage(whole)
            // Bytes that nobody reads, such as a time stamp, may change.
            if let passed = try? CaseExportReader.verify(.archive(damaged), keys: keys) {
                #expect(passed == receipt)
            }
            _ = try? CaseExport(.archive(damaged), trust: .nobody)
        }
    }

    @Test func `damaged members never trap`() throws {
        let signer = try sampleSigner()
        let keys = AuthorityKeys(picked: try signer.key.publicKey(name: "452-v1"))
        let (export, signature) = try CaseExportWriter(
            header: sampleHeader, keys: sampleKeys(.exposureNotification, count: 5),
            revisedKeys: sampleKeys(.exposureNotification, count: 2)
        ).members(signedBy: [signer])
        var random = SplitMix(state: 2)
        for _ in 0..<5000 {
            _ = try? CaseExport(.members(export: random.damage(export), signature: signature), trust: .nobody)
            let changed = CaseSource.members(export: export, signature: random.damage(signature))
            _ = try? CaseExportReader.verify(changed, keys: keys)
        }
    }

    @Test func `every cut of a valid export is refused or says less`() throws {
        let keys = sampleKeys(.exposureNotification, count: 4)
        let export = try CaseExportWriter(header: sampleHeader, keys: keys).members(signedBy: []).export
        for length in 0..<export.count {
            let cut = CaseSource.members(export: Array(export.prefix(length)), signature: nil)
            if let read = try? CaseExport(cut, trust: .nobody) { #expect(read.keys.count < keys.count) }
        }
    }

    @Test func `a damaged ledger text never traps`() throws {
        var ledger = ImportLedger()
        for index in 0..<4 { ledger.add(sampleRecord(UInt8(index), number: 1, of: 1)) }
        var random = SplitMix(state: 3)
        for _ in 0..<3000 {
            let damaged = random.damage(Array(ledger.text.utf8))
            _ = try? ImportLedger(text: String(decoding: damaged, as: UTF8.self))
        }
    }
}

/// A small generator of numbers that are the same in every run (SplitMix64).
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    /// `bytes` with one to four bits flipped, bytes replaced, or a part cut out, doubled or cut off.
    mutating func damage(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &self) where !bytes.isEmpty {
            let place = Int.random(in: bytes.indices, using: &self)
            let end = min(bytes.count, place + Int.random(in: 1...40, using: &self))
            switch Int.random(in: 0..<6, using: &self) {
            case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &self)
            case 1: bytes[place] = .random(in: .min ... .max, using: &self)
            case 2: bytes[place] = [0, 0x7F, 0x80, 0xFF].randomElement(using: &self) ?? 0
            case 3: bytes.removeSubrange(place..<end)
            case 4: bytes.insert(contentsOf: bytes[place..<end], at: place)
            default: bytes.removeSubrange(place...)
            }
        }
        return bytes
    }
}
