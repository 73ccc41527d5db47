// SPDX-License-Identifier: GPL-3.0-or-later

package import AuthorityStore

/// Where the database is, as libpq has it: `postgresql://authority@db.example.org/bluezone` or `host=... dbname=...`.
package struct PostgresAddress: Hashable, Sendable {
    private let text: String
    private let password: String?

    /// Throws when libpq does not understand `text`, or when a password stands in it, where everybody reads it.
    package init(_ text: String, password: String?) throws(StoreError) {
        switch Session.holdsPassword(text) {
        case nil: throw .failed("the store's address is none that libpq understands")
        case true:
            throw .failed("the store's address has a password in it; it belongs into a file that nobody else reads")
        default: break
        }
        self.text = text
        self.password = password
    }

    /// Keywords and values for libpq, of which later ones win.
    var parameters: (keywords: [[UInt8]?], values: [[UInt8]?]) {
        var all = [
            // Without a certificate that fits nothing is sent to another machine, unless the address says otherwise.
            ("sslmode", "verify-full"), ("connect_timeout", "5"), ("target_session_attrs", "read-write"),
            ("keepalives_idle", "20"), ("keepalives_interval", "10"), ("keepalives_count", "3"),
            ("tcp_user_timeout", "30000"), ("application_name", "bluezone-authority"), ("dbname", text),
            ("client_encoding", "UTF8"),
        ]
        if let password { all.append(("password", password)) }
        return (all.map { Array($0.0.utf8) }, all.map { Array($0.1.utf8) })
    }
}
