// SPDX-License-Identifier: GPL-3.0-or-later

import AuthorityPostgres
import AuthorityStore
import Foundation
import Testing

/// A database on another machine, as far as this one can stand for it: over 127.0.0.1, with TLS and a password.
struct NetworkTests {
    private let address: String
    private let password: String
    private let folder = TestFolder()

    init() throws {
        address = try TestServer.network.get().address
        let root = try #require(address.components(separatedBy: "sslrootcert=").last)
        let file = URL(fileURLWithPath: root).deletingLastPathComponent().appendingPathComponent("password")
        password = try String(contentsOf: file, encoding: .utf8).trimmingCharacters(in: .newlines)
    }

    private func store(_ address: String, _ password: String?) throws -> PostgresStore {
        PostgresStore(try PostgresAddress(address, password: password), connections: 1)
    }

    /// What is said when nothing is to be had at `address`.
    private func refusal(_ address: String, _ password: String?) async throws -> String {
        let store = try store(address, password)
        let error = await #expect(throws: StoreError.self) { try await store.files(region: "VN") }
        return error?.description ?? ""
    }

    @Test func `with its certificate and the password everything goes over TLS`() async throws {
        let store = try store(address, password)
        #expect(
            try await store.publish(publish(1, [key(1)]), now: 0)
                == .stored(inserted: 1, revised: 0, owned: OwnedKeys(place: 0)))
        // Libpq's own shell, with the same certificate and password.
        let seen = try shell([
            "PGPASSWORD=" + password, "PGSSLMODE=verify-full", "psql", "--no-psqlrc", "--tuples-only", "--no-align",
            "--command",
            """
            SELECT DISTINCT ssl, version LIKE 'TLSv1._', host(client_addr) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
            WHERE application_name = 'bluezone-authority'
            """, address,
        ])
        #expect(seen == "t|t|127.0.0.1")
    }

    @Test func `another certificate than the server's, and none, get no connection`() async throws {
        let other = folder.path + "/other.crt"
        _ = try shell([
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj",
            "/CN=database", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder.path + "/other.key", "-out",
            other,
        ])
        let bare = try #require(address.components(separatedBy: "?").first)
        #expect(try await refusal(bare + "?sslrootcert=" + other, password).contains("certificate verify failed"))
        let missing = folder.path + "/missing.crt"
        #expect(try await refusal(bare + "?sslrootcert=" + missing, password).contains("does not exist"))
    }

    @Test func `a certificate for another name gets no connection`() async throws {
        let renamed = address.replacingOccurrences(of: "127.0.0.1", with: "localhost") + "&hostaddr=127.0.0.1"
        #expect(try await refusal(renamed, password).contains("does not match host name"))
    }

    @Test func `a wrong password, none, and a connection without TLS are refused`() async throws {
        #expect(try await refusal(address, password + "x").contains("password authentication failed"))
        #expect(try await refusal(address, nil).contains("no password supplied"))
        #expect(try await refusal(address + "&sslmode=disable", password).contains("no encryption"))
    }
}
