internal import CSQLite

/// An SQLite database that came from outside, to be read. Not thread-safe.
///
/// The file is opened for writing, for only then does SQLite take in what is in its write-ahead log: give it a copy.
package struct SQLiteFile: ~Copyable {
    package enum Value: Hashable, Sendable {
        case null
        case integer(Int64)
        case text(String)
        case bytes([UInt8])
    }

    private let handle: OpaquePointer
    private let path: String

    /// Longest text or blob that is read.
    private static let longestValue: Int32 = 16 << 20
    /// Instructions of SQLite's machine before a question is given up: a view may be endless.
    private static let mostInstructions: Int32 = 5_000_000

    package init(path: String) throws(SQLiteError) {
        handle = try Self.open(path)
        self.path = path
    }

    private static func open(_ path: String) throws(SQLiteError) -> OpaquePointer {
        var made: OpaquePointer?
        var code = sqlite3_open_v2(path, &made, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nil)
        guard let handle = made else { throw SQLiteError("open \(path)", code) }
        if code == SQLITE_OK { code = lifeboat_sqlite_distrust(handle) }
        guard code == SQLITE_OK else {
            let error = SQLiteError("open \(path)", code, handle)
            sqlite3_close_v2(handle)
            throw error
        }
        sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, longestValue)
        sqlite3_progress_handler(handle, mostInstructions, { _ in 1 }, nil)
        return handle
    }

    deinit { sqlite3_close_v2(handle) }

    /// The rows that a SELECT gives, at most `limit`; more is an error.
    package func rows(_ query: String, limit: Int) throws(SQLiteError) -> [[Value]] {
        var made: OpaquePointer?
        let code = sqlite3_prepare_v2(handle, query, -1, &made, nil)
        guard code == SQLITE_OK, let statement = made else { throw SQLiteError("\(path): \(query)", code, handle) }
        defer { sqlite3_finalize(statement) }
        var rows: [[Value]] = []
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_DONE: return rows
            case SQLITE_ROW:
                guard rows.count < limit else { throw SQLiteError("\(path) has more than \(limit) rows") }
                rows.append((0..<sqlite3_column_count(statement)).map { Self.value(statement, $0) })
            case let code: throw SQLiteError("\(path): \(query)", code, handle)
            }
        }
    }

    private static func value(_ statement: OpaquePointer, _ column: Int32) -> Value {
        switch sqlite3_column_type(statement, column) {
        case SQLITE_NULL: return .null
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(statement, column))
        case SQLITE_BLOB:
            let start = sqlite3_column_blob(statement, column)
            let count = Int(sqlite3_column_bytes(statement, column))
            return .bytes(Array(UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count)))
        default: return .text(sqlite3_column_text(statement, column).map { String(cString: $0) } ?? "")
        }
    }
}
