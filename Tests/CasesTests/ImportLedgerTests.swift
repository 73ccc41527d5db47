// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Testing

@testable import Cases

struct ImportLedgerTests {
    @Test func `a batch counts only when all its files are there, in whatever order they came`() {
        var ledger = ImportLedger()
        let parts = [3, 1, 2].map { sampleRecord(UInt8($0), number: Int32($0), of: 3) }
        ledger.add(parts[0])
        ledger.add(parts[1])
        #expect(ledger.missing(of: parts[0].batch) == 1)
        #expect(ledger.counting.isEmpty)
        ledger.add(parts[2])
        #expect(ledger.missing(of: parts[0].batch) == 0)
        #expect(ledger.counting == parts)
    }

    @Test func `the same file twice does not make a batch whole`() {
        var ledger = ImportLedger()
        let part = sampleRecord(1, number: 1, of: 2)
        ledger.add(part)
        ledger.add(part)
        var again = part
        again.digest[0] = 9
        ledger.add(again)
        #expect(ledger.missing(of: part.batch) == 1)
        #expect(ledger.contains(part.digest) && !ledger.contains([1]))
    }

    @Test func `files of other windows, regions, sizes and formats are other batches`() {
        let part = sampleRecord(1, number: 1, of: 2)
        let changes: [(inout ImportRecord) -> Void] = [
            { $0.batch.start = Timestamp(seconds: 1) }, { $0.batch.end = Timestamp(seconds: 1) },
            { $0.batch.region = "TH" }, { $0.batch.size = 3 }, { $0.batch.format = .exposureNotification },
        ]
        for change in changes {
            var ledger = ImportLedger()
            ledger.add(part)
            var other = sampleRecord(2, number: 2, of: 2)
            change(&other)
            ledger.add(other)
            #expect(ledger.counting.isEmpty)
        }
    }

    @Test func `imports retire when their last key is too old, and are remembered a while longer`() {
        var ledger = ImportLedger()
        var record = sampleRecord(1, number: 1, of: 1)
        record.lastDay = UTCDay(number: 100)
        record.importedOn = UTCDay(number: 103)
        ledger.add(record)
        #expect(ledger.retire(before: UTCDay(number: 100)).isEmpty)
        #expect(ledger.counting == [record])
        #expect(ledger.retire(before: UTCDay(number: 101)) == [record])
        #expect(ledger.counting.isEmpty && ledger.contains(record.digest))
        #expect(ledger.retire(before: UTCDay(number: 104)).isEmpty)
        #expect(!ledger.contains(record.digest))
    }

    @Test func `a ledger written as text reads back`() throws {
        var ledger = ImportLedger()
        var odd = sampleRecord(1, number: 1, of: 2)
        odd.batch.region = "Hà Nội 100%\n"
        odd.batch.format = nil
        odd.lastDay = nil
        odd.isSpent = true
        ledger.add(odd)
        ledger.add(sampleRecord(2, number: 1_000_000, of: 1_000_000))
        #expect(try ImportLedger(text: ledger.text) == ledger)
        #expect(try ImportLedger(text: ImportLedger().text) == ImportLedger())
        #expect(ledger.text.split(separator: "\n").count == 3)
    }

    @Test func `a newer ledger is refused by name, a broken one by line`() {
        var ledger = ImportLedger()
        ledger.add(sampleRecord(1, number: 1, of: 1))
        #expect(throws: CaseError.newerLedger("bluezone-imports 2")) { try ImportLedger(text: "bluezone-imports 2\n") }
        #expect(throws: CaseError.damagedLedger(line: 1)) { try ImportLedger(text: "") }
        #expect(throws: CaseError.damagedLedger(line: 2)) { try ImportLedger(text: String(ledger.text.dropLast())) }
        #expect(throws: CaseError.damagedLedger(line: 3)) { try ImportLedger(text: ledger.text + "half a line\n") }
        #expect(throws: CaseError.damagedLedger(line: 3)) {
            try ImportLedger(text: ledger.text + ledger.text.split(separator: "\n")[1] + "\n")
        }
    }
}

func sampleRecord(_ digest: UInt8, number: Int32, of size: Int32) -> ImportRecord {
    var header = sampleHeader
    header.batchNumber = number
    header.batchSize = size
    let receipt = CaseExportReceipt(
        header: header, format: .bluezone, keyCount: 3, revisedKeyCount: 1, lastDay: UTCDay(number: 18_790),
        digest: [UInt8](repeating: digest, count: 32), signer: nil)
    return ImportRecord(receipt, importedOn: UTCDay(number: 18_791))
}
