// SPDX-License-Identifier: GPL-3.0-or-later

import Foundation

/// The folder of published vectors, captured frames and case exports. It is no part of the project: tests that read
/// it are skipped where it is absent.
package enum SharedData {
    /// `$BLUEZONE_DATA`, or `shared/data` beside the project's folder.
    package static let folder: String = {
        if let folder = ProcessInfo.processInfo.environment["BLUEZONE_DATA"] { return folder }
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return package.deletingLastPathComponent().path + "/shared/data"
    }()

    package static let isPresent = FileManager.default.fileExists(atPath: folder + "/bluezone/vectors.json")

    /// Decodes a JSON file of the folder; nil where the folder is absent, so that argument lists may name it. A file
    /// that is there and does not decode stops the test run: a test over no vectors would prove nothing.
    package static func json<Content: Decodable>(_ path: String, _ type: Content.Type = Content.self) -> Content? {
        guard isPresent else { return nil }
        do {
            let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + path))
            return try JSONDecoder().decode(Content.self, from: data)
        } catch {
            fatalError("\(path) does not read as \(Content.self): \(error)")
        }
    }
}
