// SPDX-License-Identifier: GPL-3.0-or-later

import Cases
import Foundation
import Platform
import TestSupport

/// The published case exports and what is known of each of them.
enum PublishedExports {
    static let folder = SharedData.folder + "/exposure-notification/"

    static let all: [PublishedExport] =
        (SharedData.json("exposure-notification/manifest.json", Manifest.self)?.entries ?? [])
        .filter { $0.kind.hasPrefix("key-export") }

    /// Exports whose signature somebody has checked, with the key that fits.
    static let signed = all.filter { $0.status.hasPrefix("pass") && $0.verifyWith != nil }

    static func key(_ path: String, as name: String) throws -> AuthorityKey {
        try AuthorityKey(name: name, pem: try Folder.contents(of: folder + path))
    }

    /// All public keys, under the names by which their exports call them.
    static func keys() throws -> AuthorityKeys {
        let names = [
            "cwa-prod-262-v1": "262-v1", "google-310-v1": "310-v1", "google-ExampleServer-v1": "-v1",
            "google-server-example": "some_id-1", "cwa-server-test": "-", "nl-test-recovered": "204-v1",
        ]
        return AuthorityKeys(named: try names.map { try key("keys/\($0).pem", as: $1) })
    }

    private struct Manifest: Decodable {
        var entries: [PublishedExport]

        init(from decoder: any Decoder) throws {
            var list = try decoder.container(keyedBy: Keys.self).nestedUnkeyedContainer(forKey: .entries)
            entries = []
            while !list.isAtEnd {
                // The manifest also lists other kinds of files, of other shapes.
                if let export = try? list.decode(PublishedExport.self) {
                    entries.append(export)
                } else {
                    _ = try list.decode(Other.self)
                }
            }
        }

        private enum Keys: CodingKey { case entries }
        private struct Other: Decodable {}
    }
}

/// One entry of the manifest.
struct PublishedExport: Decodable, CustomStringConvertible, Sendable {
    var id: String
    var kind: String
    var files: [String]
    var facts: Facts?
    var verifyWith: String?
    private var verification: Verification

    private enum CodingKeys: String, CodingKey {
        case id, kind, files, facts, verification
        case verifyWith = "verify_with"
    }

    var status: String { verification.status }
    var description: String { id }

    /// The ZIP file, or the bare export.bin where there is none.
    var source: CaseSource {
        get throws {
            if let zip = files.first(where: { $0.hasSuffix(".zip") }) { return .file(PublishedExports.folder + zip) }
            return try bare
        }
    }

    /// The bare export.bin and export.sig.
    var bare: CaseSource {
        get throws {
            func bytes(_ suffix: String) throws -> [UInt8]? {
                try files.first { $0.hasSuffix(suffix) }.map { try Folder.contents(of: PublishedExports.folder + $0) }
            }
            return .members(export: try bytes(".bin") ?? [], signature: try bytes(".sig"))
        }
    }

    struct Facts: Decodable, Sendable {
        var startTimestamp: Int64?
        var endTimestamp: Int64?
        var region: String?
        var batch: [Int32?]
        var keys: Int
        var revisedKeys: Int
        var keyLengths: [String: Int]
        var rollingPeriods: [String: Int]
        var transmissionRiskLevels: [String: Int]
        var reportTypes: [String: Int]
        var dsos: [String: Int]
        var rollingStartMin: UInt32?
        var rollingStartMax: UInt32?
        var signatures: [Signature]?

        private enum CodingKeys: String, CodingKey {
            case region, batch, keys, dsos, signatures
            case startTimestamp = "start_timestamp"
            case endTimestamp = "end_timestamp"
            case revisedKeys = "revised_keys"
            case keyLengths = "key_lengths"
            case rollingPeriods = "rolling_periods"
            case transmissionRiskLevels = "transmission_risk_levels"
            case reportTypes = "report_types"
            case rollingStartMin = "rolling_start_min"
            case rollingStartMax = "rolling_start_max"
        }
    }

    struct Signature: Decodable, Sendable {
        var info: Info
    }

    struct Info: Decodable, Sendable {
        var verificationKeyId: String?
        var verificationKeyVersion: String?

        private enum CodingKeys: String, CodingKey {
            case verificationKeyId = "verification_key_id"
            case verificationKeyVersion = "verification_key_version"
        }
    }

    private struct Verification: Decodable, Sendable {
        var status: String
    }
}
