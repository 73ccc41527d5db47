// SPDX-License-Identifier: GPL-3.0-or-later

import AuthorityModel
import Foundation
import Testing

@testable import AuthorityServer

struct AuthorityFolderTests {
    private let place: TestAuthority
    private var folder: AuthorityFolder { AuthorityFolder(place.path) }

    init() throws { place = try TestAuthority() }

    private static let secrets = ["secret", "keys/export-452-v1.pem", "keys/certificate.pem", "api-keys"]

    private func permit(_ permissions: Int, _ file: String) throws {
        try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: place.path + "/" + file)
    }

    @Test(arguments: secrets) func `a secret that others can read is refused, by name`(file: String) throws {
        for permissions in [0o640, 0o604, 0o660, 0o666] {
            try permit(permissions, file)
            #expect(throws: FolderError.open(place.path + "/" + file, permissions: "0" + String(permissions, radix: 8)))
            {
                try Authority(folder)
            }
        }
        try permit(0o400, file)
        _ = try Authority(folder)
    }

    @Test(arguments: secrets) func `a secret that is missing is refused, and not made anew`(file: String) throws {
        try FileManager.default.removeItem(atPath: place.path + "/" + file)
        #expect(throws: FolderError.self) { try Authority(folder) }
        #expect(!FileManager.default.fileExists(atPath: place.path + "/" + file))
    }

    @Test(arguments: secrets) func `a secret that is none is refused`(file: String) throws {
        try Data("nothing of the kind".utf8).write(to: URL(fileURLWithPath: place.path + "/" + file))
        try permit(0o600, file)
        #expect(throws: FolderError.self) { try Authority(folder) }
    }

    @Test func `a link in a secret's place is refused`() throws {
        let file = place.path + "/secret"
        try FileManager.default.moveItem(atPath: file, toPath: file + ".elsewhere")
        try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: file + ".elsewhere")
        #expect(throws: FolderError.self) { try Authority(folder) }
    }

    @Test func `a second init overwrites nothing`() throws {
        let before = try Data(contentsOf: URL(fileURLWithPath: place.path + "/secret"))
        #expect(throws: FolderError.self) {
            try folder.make(settings: AuthoritySettings(), keyID: "452", keyVersion: "v1", admin: "tests")
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: place.path + "/secret")) == before)
    }

    @Test func `everything secret belongs to its owner alone`() throws {
        func permissions(_ file: String) throws -> Int? {
            let attributes = try FileManager.default.attributesOfItem(atPath: place.path + file)
            return (attributes[.posixPermissions] as? NSNumber)?.intValue
        }
        for file in AuthorityFolderTests.secrets + ["authority.sqlite"] {
            #expect(try permissions("/" + file) == 0o600)
        }
        #expect(try permissions("/keys") == 0o700)
        #expect(try permissions("") == 0o711)
        #expect(place.apiKey.count == 32)
        let stored = try String(contentsOfFile: place.path + "/api-keys", encoding: .utf8)
        #expect(!stored.contains(place.apiKey))
    }

    @Test(arguments: [
        #"{"region":"../x"}"#, #"{"provinces":["HN"]}"#, #"{"provinces":["VN-01","VN-01"]}"#, #"{"exportMinutes":0}"#,
        #"{"retentionDays":1}"#, #"{"sizes":{"minimum":-1,"jitter":0,"maximum":5}}"#, #"{"verifySeconds":0}"#, "[]", "",
        #"{"issueBurst":0}"#, #"{"issueSeconds":0}"#, #"{"issueSeconds":"2"}"#,
    ])
    func `settings that cannot be are refused`(text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: place.path + "/settings.json"))
        #expect(throws: FolderError.self) { try Authority(folder) }
    }
}
