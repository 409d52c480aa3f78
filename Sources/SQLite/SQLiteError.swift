internal import CSQLite

/// What SQLite could not do, in its words: "open /run/x/config.db: file is not a database".
package struct SQLiteError: Error, CustomStringConvertible, Hashable, Sendable {
    package let description: String

    init(_ what: String, _ code: Int32, _ database: OpaquePointer? = nil) {
        let words = database.flatMap { sqlite3_errmsg($0) } ?? sqlite3_errstr(code)
        description = "\(what): \(words.map { String(cString: $0) } ?? "error \(code)")"
    }

    init(_ description: String) { self.description = description }
}
