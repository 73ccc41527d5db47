// SPDX-License-Identifier: GPL-3.0-or-later

internal import Platform
internal import Settings

/// Fetches one file into the spool, going on where an earlier try ended.
///
/// The part fetched so far and, beside it, the tag or date it belongs to stay on the disk. Without a tag or date nothing
/// shows that the server still has the same file, and the next try starts at its beginning.
struct Download {
    let spool: Spool
    let path: String
    let url: SourceURL
    let maximumBytes: Int

    /// Fetches the file and hands it over. Answers its bytes.
    func run() throws(SyncError) -> Int {
        let part = spool.partial(of: path)
        let (offset, validator) = beginning(of: part)
        do {
            return try fetchRest(part, offset: offset, validator: validator)
        } catch .notResumable(_) where offset > 0 {
            return try fetchRest(part, offset: 0, validator: nil)
        }
    }

    /// What is here already; 0 when it cannot be continued.
    private func beginning(of part: String) -> (Int, String?) {
        guard let status = try? FileStatus(of: part), status.isOwn, status.size > 0, status.size < maximumBytes,
            let validator = try? Folder.text(of: part + ".tag"), !validator.isEmpty
        else { return (0, nil) }
        return (status.size, validator)
    }

    private func fetchRest(_ part: String, offset: Int, validator: String?) throws(SyncError) -> Int {
        do {
            if offset == 0 { try discard(part) }
            let file = PartialFile(try File(part, .update), size: offset, tag: part + ".tag")
            let request = TransferRequest(
                url: url, maximumBytes: maximumBytes, offset: offset, validator: validator)
            _ = try fetch(request) { answer, content throws(SystemError) in try file.append(content, of: answer) }
            try file.finish()
            try spool.handOver(path)
            try? Folder.remove(part + ".tag")
            return file.size
        } catch let error as SystemError {
            throw .disk(error)
        } catch let error as SyncError {
            switch error {
            // The part is of no use to the next try.
            case .tooLarge, .notResumable: try? discard(part)
            case .transfer, .disk, .spoolFull: if !Folder.exists(part + ".tag") { try? discard(part) }
            }
            throw error
        } catch {
            throw .transfer(url: url.description, reason: "\(error)")
        }
    }

    private func discard(_ part: String) throws(SystemError) {
        for name in [part, part + ".tag"] where Folder.exists(name) { try Folder.remove(name) }
    }
}

/// The file that a transfer writes to.
private final class PartialFile {
    private let file: File
    private let tag: String
    /// Bytes in it.
    private(set) var size: Int

    init(_ file: consuming File, size: Int, tag: String) {
        self.file = file
        self.size = size
        self.tag = tag
    }

    /// Appends content. Before a file's first byte its tag is noted, so that a part never stands under another's.
    func append(_ content: Span<UInt8>, of answer: TransferAnswer) throws(SystemError) {
        if size == 0, let validator = answer.validator { try Folder.replace(tag, with: Array(validator.utf8)) }
        try file.write(content.indices.map { content[$0] }, at: size)
        size += content.count
    }

    /// Waits until the bytes are on the medium.
    func finish() throws(SystemError) { try file.synchronize() }
}
