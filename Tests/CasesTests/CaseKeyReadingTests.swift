// SPDX-License-Identifier: GPL-3.0-or-later

import Beacon
import Testing

@testable import Cases

extension CaseKeyStoreTests {
    @Test func `keys can be asked for by day`() throws {
        try withFolder { folder in
            var store = try CaseKeyStore(folder: folder)
            let keys = sampleKeys(.bluezone, count: 28)
            _ = try add(keys, to: &store)
            let day = UTCDay(number: 18_800)
            let late = try self.keys(of: store, since: day)
            #expect(Set(late) == Set(keys.filter { $0.lastDay >= day }) && !late.isEmpty && late.count < 28)
            #expect(store.imports(since: UTCDay(number: 30_000)).isEmpty)
        }
    }

    @Test func `reading ends at once when nobody wants more`() throws {
        try withFolder { folder in
            var store = try CaseKeyStore(folder: folder)
            _ = try add(sampleKeys(.bluezone, count: 9), to: &store)
            var read = 0
            #expect(throws: CaseError.stopped) {
                try store.readKeys(of: store.ledger.records[0], since: UTCDay(number: 0), CaseRevisions()) {
                    (_) throws(CaseError) in
                    read += 1
                    if read == 4 { throw .stopped }
                }
            }
            #expect(read == 4)
        }
    }
}
