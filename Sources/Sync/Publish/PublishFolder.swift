// SPDX-License-Identifier: GPL-3.0-or-later

internal import Beacon
internal import Platform
internal import Publishing

/// Where a publication is kept until it is done, and what the server wants to see again at the next. For our user alone.
final class PublishFolder {
    /// Seconds after which what was agreed and could not be sent is dropped: consent does not last for ever.
    static let agreementLasts: Int64 = 7 * 86_400
    /// Seconds after which no key of the last publication is of any use, nor its revision token.
    static let revisionLasts: Int64 = 21 * 86_400

    let path: String
    private let lock: File

    /// Opens the folder for this process alone; an error that `isLocked` says that another has it.
    init(_ path: String) throws(SystemError) {
        self.path = path
        try Folder.make(path)
        lock = try File(path + "/lock", .update)
        try lock.lock()
    }

    /// What was agreed and is not done; nil for nothing, and for what does not read.
    func job(at now: Timestamp) throws(SystemError) -> PublishJob? {
        guard Folder.exists(jobPath) else { return nil }
        let job = PublishJob(text: try Folder.text(of: jobPath))
        if let job, now.seconds &- job.agreed.seconds < PublishFolder.agreementLasts { return job }
        try drop()
        return nil
    }

    func store(_ job: PublishJob) throws(SystemError) {
        try Folder.replace(jobPath, with: Array(job.text.utf8))
    }

    /// Forgets what was agreed, keys and all.
    func drop() throws(SystemError) {
        if Folder.exists(jobPath) { try Folder.remove(jobPath) }
        try Folder.synchronize(folderOf: jobPath)
    }

    /// Keeps a fake publication that began then, in a file as large as a real one of fourteen days.
    func storeFake(begun: Timestamp) throws(SystemError) {
        var random = SystemRandomNumberGenerator()
        let noise = (0..<1400).map { _ in UInt8.random(in: .min ... .max, using: &random) }.hex
        try Folder.replace(fakePath, with: Array("\(begun.seconds) \(noise)\n".utf8))
    }

    /// When the fake publication began that is not done; nil for none, and for one that had its time.
    func fake(at now: Timestamp) throws(SystemError) -> Timestamp? {
        guard Folder.exists(fakePath) else { return nil }
        let begun = try Folder.text(of: fakePath).split(separator: " ").first.flatMap { Int64($0) }
        if let begun, now.seconds &- begun < PublishFolder.agreementLasts {
            return Timestamp(seconds: begun)
        }
        try dropFake()
        return nil
    }

    func dropFake() throws(SystemError) {
        guard Folder.exists(fakePath) else { return }
        try Folder.remove(fakePath)
        try Folder.synchronize(folderOf: fakePath)
    }

    /// Forgets everything.
    func forget() throws(SystemError) {
        try dropFake()
        if Folder.exists(revisionPath) { try Folder.remove(revisionPath) }
        try drop()
    }

    /// What `server` answered the last time; nil for nothing, and for another server's.
    func revision(of server: String, at now: Timestamp) -> String? {
        guard let text = try? Folder.text(of: revisionPath) else { return nil }
        let words = text.split(whereSeparator: \.isWhitespace)
        guard words.count == 3, let given = Int64(words[0]), words[1] == server,
            now.seconds &- given < PublishFolder.revisionLasts
        else { return nil }
        return String(words[2])
    }

    func store(revision: String, of server: String, at now: Timestamp) throws(SystemError) {
        try Folder.replace(revisionPath, with: Array("\(now.seconds) \(server) \(revision)\n".utf8))
    }

    private var jobPath: String { path + "/job" }
    private var fakePath: String { path + "/fake" }
    private var revisionPath: String { path + "/revision" }
}
