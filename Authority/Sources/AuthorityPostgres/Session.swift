// SPDX-License-Identifier: GPL-3.0-or-later
// The one door to libpq: a connection, and questions with parameters. Every call blocks its thread.

internal import CPostgreSQL
internal import Glibc

/// A connection to the database. One thread at a time uses it.
@safe final class Session {
    /// How long a question may take before the connection is given up; the server itself gives up earlier.
    private let patience: Int32
    private let handle: OpaquePointer

    /// Connects. `limit` are the seconds that the server gives a question.
    init(_ address: PostgresAddress, limit: Int32) throws(Fault) {
        patience = (limit &+ 10) &* 1000
        let (keywords, values) = address.parameters
        let opened = unsafe withPointers(keywords) { keywords in
            unsafe withPointers(values) { values in unsafe PQconnectdbParams(keywords + [nil], values + [nil], 1) }
        }
        guard let opened = unsafe opened else { throw .lost("no memory for a connection") }
        unsafe handle = unsafe opened
        guard unsafe PQstatus(handle) == CONNECTION_OK else {
            throw .lost(unsafe "no connection: " + Session.line(PQerrorMessage(handle)))
        }
        // Its details name values, and the log is to have none.
        unsafe PQsetErrorVerbosity(handle, PQERRORS_TERSE)
        unsafe PQsetNoticeProcessor(handle, { _, _ in }, nil)
        try prepare(limit)
    }

    deinit { unsafe PQfinish(handle) }

    /// Settings of the session that this program relies on, whatever the server's are.
    private func prepare(_ limit: Int32) throws(Fault) {
        // The server finds out within a minute that this machine is gone, and lets its locks go.
        try ask(
            """
            SELECT set_config(name, value, false) FROM (VALUES
                ('statement_timeout', $1::text), ('lock_timeout', $1), ('idle_in_transaction_session_timeout', '60s'),
                ('idle_session_timeout', '0'), ('default_transaction_isolation', 'read committed'),
                ('tcp_keepalives_idle', '20'), ('tcp_keepalives_interval', '10'), ('tcp_keepalives_count', '3')
            ) AS wanted (name, value) WHERE current_setting(name, true) IS NOT NULL
            """, [.text("\(limit)s")])
        // What was answered survives a crash of the server; other ways to be sure than `on` are its owner's choice.
        try ask(
            """
            SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'
            """)
    }

    /// Whether the connection can be used again.
    var isGood: Bool { unsafe PQstatus(handle) == CONNECTION_OK && PQtransactionStatus(handle) == PQTRANS_IDLE }

    var isInTransaction: Bool {
        unsafe PQstatus(handle) == CONNECTION_OK && PQtransactionStatus(handle) != PQTRANS_IDLE
    }

    /// Asks one question and hands on its rows as they come; answers how many rows were read or changed.
    @discardableResult
    func ask(_ sql: String, _ parameters: [SQLValue] = [], each: (Row) -> Void = { _ in }) throws(Fault) -> Int {
        guard send(sql, parameters), unsafe PQsetSingleRowMode(handle) == 1 else { throw failure() }
        var count = 0
        var fault: Fault?
        while let result = try unsafe next() {
            defer { unsafe PQclear(result) }
            switch unsafe PQresultStatus(result) {
            case PGRES_SINGLE_TUPLE:
                count += 1
                do throws(Fault) { unsafe each(try row(result)) } catch { fault = error }
            case PGRES_TUPLES_OK: break
            case PGRES_COMMAND_OK: count = Int(unsafe Session.line(PQcmdTuples(result))) ?? 0
            default: fault = unsafe refusal(result)
            }
        }
        if let fault { throw unsafe PQstatus(handle) == CONNECTION_OK ? fault : .lost(fault.text) }
        return count
    }

    private func send(_ sql: String, _ parameters: [SQLValue]) -> Bool {
        let encoded = parameters.map(\.encoded)
        let lengths = encoded.map { Int32(clamping: $0?.count ?? 0) }
        let formats = [Int32](repeating: 1, count: parameters.count)
        return unsafe withPointers(encoded) { values in
            unsafe PQsendQueryParams(
                handle, sql, Int32(clamping: parameters.count), parameters.map(\.type), values, lengths, formats, 1)
                == 1
        }
    }

    /// The next part of the answer, waited for as long as patience lasts; nil after the last one.
    private func next() throws(Fault) -> OpaquePointer? {
        while unsafe PQisBusy(handle) == 1 {
            var watched = pollfd(fd: unsafe PQsocket(handle), events: Int16(POLLIN), revents: 0)
            let ready = unsafe poll(&watched, 1, patience)
            if ready < 0, errno == EINTR { continue }
            guard ready > 0 else { throw .lost("the database does not answer") }
            guard unsafe PQconsumeInput(handle) == 1 else { throw failure() }
        }
        return unsafe PQgetResult(handle)
    }

    private func row(_ result: OpaquePointer) throws(Fault) -> Row {
        var values: [SQLValue] = []
        for column in 0..<(unsafe PQnfields(result)) {
            guard unsafe PQgetisnull(result, 0, column) == 0 else {
                values.append(.null)
                continue
            }
            let length = Int(unsafe PQgetlength(result, 0, column))
            let bytes = unsafe UnsafeRawBufferPointer(start: PQgetvalue(result, 0, column), count: length)
            guard let value = SQLValue(type: unsafe PQftype(result, column), bytes: unsafe Array(bytes)) else {
                throw .refused("a column is of another type than this program's")
            }
            values.append(value)
        }
        return Row(values)
    }

    private func refusal(_ result: OpaquePointer) -> Fault {
        // PG_DIAG_SQLSTATE, a character macro.
        let state = unsafe Session.line(PQresultErrorField(result, Int32(UInt8(ascii: "C"))))
        let text = unsafe Session.line(PQresultErrorMessage(result))
        switch state {
        // Two transactions in each other's way.
        case "40001", "40P01": return .again(text)
        // The server ends, or is not the one that writes any more.
        case "57P01", "57P02", "57P03", "25006": return .lost(text)
        default: return state.hasPrefix("08") ? .lost(text) : .refused(text)
        }
    }

    private func failure() -> Fault { .lost(unsafe Session.line(PQerrorMessage(handle))) }

    /// Whether libpq understands `text`, and whether it holds a password; nil when it does not understand it.
    static func holdsPassword(_ text: String) -> Bool? {
        guard let options = unsafe PQconninfoParse(text, nil) else { return nil }
        defer { unsafe PQconninfoFree(options) }
        var option = unsafe options
        while let keyword = unsafe option.pointee.keyword {
            if unsafe String(cString: keyword) == "password", unsafe option.pointee.val != nil { return true }
            unsafe option += 1
        }
        return false
    }

    /// A text of libpq as one line.
    private static func line(_ text: UnsafePointer<CChar>?) -> String {
        guard let text = unsafe text else { return "" }
        return unsafe String(cString: text).split(separator: "\n").joined(separator: " ")
    }
}

/// Runs `body` with a pointer to each of `pieces`, which is nil for nil. A zero byte follows each.
private func withPointers<Answer>(
    _ pieces: [[UInt8]?], _ body: ([UnsafePointer<CChar>?]) -> Answer
) -> Answer {
    let all = pieces.flatMap { piece -> [UInt8] in (piece ?? []) + [0] }
    return unsafe all.withUnsafeBytes { buffer in
        let start = unsafe buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
        var place = 0
        var pointers: [UnsafePointer<CChar>?] = unsafe []
        for piece in pieces {
            unsafe pointers.append(piece == nil ? nil : start.map { unsafe $0 + place })
            place += (piece?.count ?? 0) + 1
        }
        return unsafe body(pointers)
    }
}
