// SPDX-License-Identifier: GPL-3.0-or-later

import AuthorityModel
import AuthorityPostgres
import AuthorityStore
import Beacon

/// Every store does the same; each test runs with each.
enum StoreKind: String, CaseIterable, Sendable {
    case embedded
    case postgres
}

/// A new store, and the same one opened again as another server does.
struct TestStore {
    let store: any Store
    let other: any Store
    private let folder = TestFolder()
    /// Of the database; empty for a folder.
    let address: String

    init(_ kind: StoreKind, batchKeys: Int = ExportBatch.maximumKeys) throws {
        switch kind {
        case .embedded:
            address = ""
            store = try EmbeddedStore(folder: folder.path, batchKeys: batchKeys)
            other = try EmbeddedStore(folder: folder.path, batchKeys: batchKeys)
        case .postgres:
            let database = try TestServer.shared.get().database()
            address = database
            let place = try PostgresAddress(database, password: nil)
            store = PostgresStore(place, connections: 4, batchKeys: batchKeys)
            other = PostgresStore(place, connections: 4, batchKeys: batchKeys)
        }
    }

    /// The folder stays until this is called.
    func keep() { withExtendedLifetime(folder) {} }

    @discardableResult func sql(_ statement: String) throws -> String {
        address.isEmpty ? try folder.sql(statement) : try psql(statement, address)
    }

    /// The columns of a table.
    func columns(_ table: String) throws -> [String] {
        try sql(
            address.isEmpty
                ? "SELECT name FROM pragma_table_info('\(table)')"
                : "SELECT column_name FROM information_schema.columns WHERE table_name = '\(table)' ORDER BY ordinal_position"
        ).split(separator: "\n").map(String.init)
    }

    func count(_ table: String) throws -> Int? { Int(try sql("SELECT count(*) FROM \(table)")) }
}

extension Store {
    func begin(
        _ region: String = "VN", apart: [String] = [], _ format: BeaconFormat = .bluezone,
        _ sizes: ExportSizes = ExportSizes(), now: Int64 = .max
    ) async throws -> ExportBatch? {
        let region = ExportRegion(region, country: "VN", apart: apart)
        return try await beginBatch(region: region, format: format, sizes: sizes, now: now)
    }

    func finish(_ batch: ExportBatch, end: Int64) async throws {
        let file = ExportFile(path: "\(batch.number).zip", format: batch.format, end: end)
        try await finishBatch(batch, files: [file], now: end)
    }
}
