// SPDX-License-Identifier: GPL-3.0-or-later

import Platform
import TestSupport
import Testing

@testable import Cases

struct AuthorityKeyTests {
    @Test func `the keys of a folder count, those that cannot be read are named`() throws {
        try withFolder { folder in
            let key = try SigningKey.random()
            let pem = try key.publicKey(name: "452-v1").pem
            try Folder.replace(folder + "/452-v1.pem", with: pem)
            try Folder.replace(folder + "/ExampleServer_k1-.pem", with: pem)
            try Folder.replace(folder + "/README", with: Array("not a key".utf8))
            try Folder.replace(folder + "/1-v1.pem", with: Array("not a key".utf8))
            try Folder.replace(folder + "/noversion.pem", with: pem)
            try Folder.replace(folder + "/2-v1.pem", with: key.pem)

            let (keys, refused) = try AuthorityKeys.read(folder: folder)

            #expect(keys.candidates(for: "452-v1").map(\.name) == ["452-v1"])
            #expect(keys.candidates(for: "ExampleServer_k1-").count == 1)
            #expect(keys.candidates(for: "noversion").isEmpty)
            #expect(
                refused.map(\.description) == [
                    "\(folder)/1-v1.pem does not hold a usable key: it must be a P-256 key in PEM",
                    "\(folder)/2-v1.pem does not hold a usable key: it must be a P-256 key in PEM",
                    "\(folder)/noversion.pem does not hold a usable key: "
                        + "its name must be ID-VERSION.pem, as exports name the key",
                ])
        }
    }

    @Test func `a folder that is missing holds no key`() throws {
        let (keys, refused) = try AuthorityKeys.read(folder: "/nowhere/keys.d")
        #expect(keys.isEmpty && refused.isEmpty)
    }

    @Test func `a key on another curve or of another kind is refused`() throws {
        // secp384r1 and Ed25519, made for this test.
        let p384 = """
            -----BEGIN PUBLIC KEY-----
            MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEdAsMFhb+8i7o6DwndXaSI4NNYdNS3Oa2
            Eay7fMl8OSkP8KhFHcbZfQFJnLLl4rWh23JX6h6MyxQQwrPi24gzOWF0RU5YIfNV
            ilNjQcjbfzxcB5lz4sju1Ps9+3ks7bPB
            -----END PUBLIC KEY-----
            """
        let ed25519 = """
            -----BEGIN PUBLIC KEY-----
            MCowBQYDK2VwAyEA1l5LtDjMbb/pNL9SNW27w9wNJ8bmtPe7GJC+l9Zk114=
            -----END PUBLIC KEY-----
            """
        #expect(throws: CaseError.notAKey("a", reason: "it is on the curve secp384r1, not on P-256")) {
            try AuthorityKey(name: "a", pem: Array(p384.utf8))
        }
        #expect(throws: CaseError.notAKey("a", reason: "it is no elliptic key, not on P-256")) {
            try AuthorityKey(name: "a", pem: Array(ed25519.utf8))
        }
    }

    @Test func `a private key that asks for a passphrase is refused, not asked about`() throws {
        let pem = """
            -----BEGIN ENCRYPTED PRIVATE KEY-----
            MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAhlGdjvme+nXAICCAAw
            DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEIdxV4F58WiaEGyGLvfPYVMEgZCl
            AqwqwgeDVAS18xrBv7ldk8Qcs3kqDqxA1+og68cJTmBdFy3KR1r19YRR4vnC9gjJ
            ZQvGKmmAA5IJQZMijjljpRApF8+ijuiks315iZ5Wu/9jY2SJKhA+7MPudGo9UhMH
            SNBfoTkpqBCiQd8HYjK1KJRxxaEvpEcSKMCJZqylU+0RRNsZQYgczHeoqzQpPIQ=
            -----END ENCRYPTED PRIVATE KEY-----
            """
        #expect(throws: CaseError.notAKey("key.pem", reason: "it must be a P-256 key in PEM")) {
            try SigningKey(pem: Array(pem.utf8), name: "key.pem")
        }
    }

    @Test func `a signing key in its older form is taken`() throws {
        // SEC 1, as `openssl ecparam -genkey` writes it, made for this test.
        let pem = """
            -----BEGIN EC PRIVATE KEY-----
            MHcCAQEEIIpRKhZk0dc1Qws8o4Hzjav9eIzeeds3GBbAQ6MphnQ8oAoGCCqGSM49
            AwEHoUQDQgAEuhnOPVQtkeguaB0h0sKZWs7wpf83w65MV7P3FMzT0+XhILQZ+f6w
            6kyDnZLP6iXl+arwROW6hJPNXpjFA7QXKA==
            -----END EC PRIVATE KEY-----
            """
        let key = try SigningKey(pem: Array(pem.utf8))
        let digest = [UInt8](repeating: 7, count: 32)
        #expect(try key.publicKey(name: "a-b").verifies(key.sign(digest: digest), digest: digest))
    }

    @Test(
        .enabled(if: SharedData.isPresent, "the shared data folder is absent"),
        arguments: [
            "cwa-dev-262-v1", "cwa-prod-262-v1", "cwa-server-test", "google-310-v1", "google-ExampleServer-v1",
            "google-server-example", "nl-test-recovered", "swisscovid-prod",
        ])
    func `a published key loads`(name: String) throws {
        #expect(try AuthorityKey(file: "\(SharedData.folder)/exposure-notification/keys/\(name).pem").name == name)
    }
}
