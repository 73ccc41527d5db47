// SPDX-License-Identifier: GPL-3.0-or-later

internal import Cases
internal import Platform

/// Case exports as people have them on disk.
enum CaseFile {
    /// The export at `path`: a ZIP file, or export.bin unpacked, told apart by content. Beside `x.bin` its signature is
    /// looked for in `x.sig`.
    static func source(_ path: String) throws(CaseError) -> CaseSource {
        do throws(SystemError) {
            let head = try File(path, .read).read(at: 0, count: unpackedStart.count)
            guard head == unpackedStart else { return .file(path) }
            let signature = (path.hasSuffix(".bin") ? String(path.dropLast(4)) : path) + ".sig"
            return .members(
                export: try Folder.contents(of: path),
                signature: Folder.exists(signature) ? try Folder.contents(of: signature) : nil)
        } catch {
            throw .system(error)
        }
    }

    /// Runs `body`; an error of its gets the file's name in front, unless it names the file already.
    static func named<Answer>(_ path: String, _ body: () throws(CaseError) -> Answer) throws -> Answer {
        do throws(CaseError) {
            return try body()
        } catch {
            if case .system = error { throw error }
            throw CommandFailure("\(path): \(error)")
        }
    }

    /// What every export.bin begins with.
    private static let unpackedStart = Array("EK Export v1".utf8)
}
