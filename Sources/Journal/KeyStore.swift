// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import Platform

/// The writer's side of the file of keys: a key is on the medium before it is used, and off it when it is destroyed, as far
/// as software can see to it.
///
/// The file is never changed in place. A new one is written beside it and synced, the two exchange their names in one
/// step, the folder is synced, and only then is the old one overwritten with zeros and unlinked. A crash in between leaves
/// it under `keys.new`, and the next opening wipes it.
final class KeyStore {
    private let storage: any JournalStorage
    private let credential: JournalCredential?
    private var random: any RandomNumberGenerator
    /// What the file holds; nil when that must be read first, at the start and after an error.
    private var table: KeyTable?
    /// The medium has the file under its name, and nothing else that holds keys.
    private var isSettled = false

    init(storage: any JournalStorage, credential: JournalCredential?, random: any RandomNumberGenerator) {
        self.storage = storage
        self.credential = credential
        self.random = random
    }

    /// Sees to what an earlier process or an error left undone: a file of keys that the medium may not have, one that is to
    /// be wiped, keys in the clear although there is a credential now, a damaged copy.
    func settle() throws(JournalError) {
        if !isSettled || table == nil { _ = try settled() }
    }

    /// The key of a day's segment; nil when there is none or it cannot be read.
    func key(of day: UTCDay) throws(JournalError) -> SegmentKey? { try read().keys[day] }

    /// The key of a day's segment, made when there is none. It is on the medium when this returns. A file of keys that
    /// cannot be read at all is set aside under the name of the day.
    func make(for day: UTCDay) throws(JournalError) -> SegmentKey {
        var table = try settled()
        if let key = table.keys[day] { return key }
        if table.isUnreadable {
            isSettled = false
            try storage.setAside(KeyFormat.name, as: day.description + KeyFormat.asideSuffix)
            isSettled = true
            table = KeyTable()
        }
        let key = SegmentKey(using: &random)
        table.keys[day] = key
        try write(table)
        // What is left of the file before is tried again with the next key, and must be gone when a key is destroyed.
        try? wipeLeftover()
        return key
    }

    /// Destroys the keys of some days. An error says that they may still be on the medium; those of the other days stay.
    func destroy(_ isDoomed: (UTCDay) -> Bool) throws(JournalError) {
        var table = try settled()
        let count = table.keys.count
        table.keys = table.keys.filter { !isDoomed($0.key) }
        if table.keys.count < count { try write(table) }
        try wipeLeftover()
    }

    /// Destroys every key, also those that cannot be read. The names are off the medium when the folder is synced next.
    func destroyAll() throws(JournalError) {
        table = nil
        isSettled = false
        for name in [KeyFormat.name, KeyFormat.nextName] where try holds(name) { try storage.destroy(name) }
    }

    private func read() throws(JournalError) -> KeyTable {
        if let table { return table }
        var table = KeyTable()
        if try holds(KeyFormat.name) {
            let bytes = try contents(of: KeyFormat.name)
            table = try KeyTable(bytes, file: storage.folder + "/" + KeyFormat.name, credential: credential)
        }
        // An unusable credential is told although it is not needed yet: the next key would go to the medium unsealed.
        _ = try credential?.secret
        self.table = table
        return table
    }

    /// The table, with the file of keys known to be on the medium and the one before it gone.
    private func settled() throws(JournalError) -> KeyTable {
        let table = try read()
        if isSettled { return table }
        try attempt { () throws(SystemError) in try storage.synchronize() }
        isSettled = true
        try? wipeLeftover()
        let isUnsealed = credential != nil && !table.isSealed && !table.keys.isEmpty
        guard isUnsealed || (table.isDamaged && table.lostEntries == 0 && !table.isUnreadable) else { return table }
        try write(table)
        try? wipeLeftover()
        return try read()
    }

    /// Writes a file of keys in place of the one there is. The medium must be settled.
    private func write(_ table: KeyTable) throws(JournalError) {
        let secret = try credential?.secret
        let bytes = try KeyFormat.bytes(of: table.keys, sealedBy: secret, using: &random)
        try wipeLeftover()
        let isReplacing = try holds(KeyFormat.name)
        self.table = nil
        isSettled = false
        try attempt { () throws(SystemError) in
            let old = isReplacing ? try storage.open(KeyFormat.name) : nil
            let new = try storage.open(KeyFormat.nextName)
            try new.write(bytes, at: 0)
            try new.synchronize()
            let isExchanged = old != nil ? try storage.exchange(KeyFormat.nextName, KeyFormat.name) : false
            if !isExchanged { try storage.rename(KeyFormat.nextName, to: KeyFormat.name) }
            try storage.synchronize()
            // A file system that cannot exchange names has unlinked the old file: it is reached only now.
            if let old, !isExchanged { try? old.wipe() }
        }
        var written = table
        written.isSealed = secret != nil
        written.isDamaged = false
        written.lostEntries = 0
        written.isUnreadable = false
        self.table = written
        isSettled = true
    }

    /// Overwrites and unlinks what a crash or an exchange left under `keys.new`.
    private func wipeLeftover() throws(JournalError) {
        guard try holds(KeyFormat.nextName) else { return }
        // A file system that renames by linking and unlinking may show one file under both names after a crash.
        if try holds(KeyFormat.name), try contents(of: KeyFormat.name) == contents(of: KeyFormat.nextName) {
            try attempt { () throws(SystemError) in try storage.remove(KeyFormat.nextName) }
        } else {
            try storage.destroy(KeyFormat.nextName)
        }
    }

    private func contents(of name: String) throws(JournalError) -> [UInt8] {
        try attempt { () throws(SystemError) in
            let file = try storage.open(name)
            return try file.read(at: 0, count: file.size())
        }
    }

    private func holds(_ name: String) throws(JournalError) -> Bool {
        try attempt { () throws(SystemError) in try storage.names() }.contains(name)
    }
}
