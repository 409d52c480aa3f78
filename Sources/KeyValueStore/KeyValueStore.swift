internal import CLMDB

/// Sorted tables of small keys and values in one file that is mapped into memory (LMDB, `mdb_env_open`).
///
/// Every batch of changes is durable as a whole or not at all; readers see one state and never wait. Memory is the page
/// cache's, whatever the size. Any number of threads; one process at a time opens a file, once.
///
/// `@unchecked Sendable`: LMDB serialises writers by its own lock, and with `MDB_NOTLS` a reader belongs to its transaction.
package final class KeyValueStore: @unchecked Sendable {
    private let environment: OpaquePointer
    private let tables: [MDB_dbi]

    /// Address space, not room on the disk: the file grows with its content.
    private static let largestSize = 1 << 40

    /// Opens the file, made when it is missing, with `tables` numbered from 0. Throws with `isDamage` when it is none.
    package init(path: String, tables count: Int) throws(KeyValueError) {
        var made: OpaquePointer?
        try Self.check("mdb_env_create", mdb_env_create(&made))
        guard let environment = made else { throw KeyValueError("mdb_env_create", 12) }
        var tables: [MDB_dbi] = []
        do throws(KeyValueError) {
            try Self.check("mdb_env_set_mapsize", mdb_env_set_mapsize(environment, Self.largestSize))
            try Self.check("mdb_env_set_maxdbs", mdb_env_set_maxdbs(environment, UInt32(count)))
            let flags = UInt32(MDB_NOSUBDIR | MDB_NOTLS | MDB_NORDAHEAD)
            try Self.check("mdb_env_open \(path)", mdb_env_open(environment, path, flags, 0o600))
            var transaction: OpaquePointer?
            try Self.check("mdb_txn_begin", mdb_txn_begin(environment, nil, 0, &transaction))
            do throws(KeyValueError) {
                for number in 0..<count {
                    var table: MDB_dbi = 0
                    try Self.check(
                        "mdb_dbi_open", mdb_dbi_open(transaction, "t\(number)", UInt32(MDB_CREATE), &table))
                    tables.append(table)
                }
            } catch {
                mdb_txn_abort(transaction)
                throw error
            }
            try Self.check("mdb_txn_commit", mdb_txn_commit(transaction))
        } catch {
            mdb_env_close(environment)
            throw error
        }
        self.environment = environment
        self.tables = tables
    }

    deinit { mdb_env_close(environment) }

    /// Runs `body` on one state of the tables, whatever others change meanwhile.
    package func read<Result>(_ body: (KeyValueTransaction) throws -> Result) throws -> Result {
        let transaction = try begin(UInt32(MDB_RDONLY))
        defer { mdb_txn_abort(transaction.handle) }
        return try body(transaction)
    }

    /// Runs `body` as the only writer and makes what it changed durable; nothing of it is kept when it throws. Blocks.
    package func write<Result>(_ body: (KeyValueTransaction) throws -> Result) throws -> Result {
        let transaction = try begin(0)
        let result: Result
        do {
            result = try body(transaction)
        } catch {
            mdb_txn_abort(transaction.handle)
            throw error
        }
        try Self.check("mdb_txn_commit", mdb_txn_commit(transaction.handle))
        return result
    }

    private func begin(_ flags: UInt32) throws(KeyValueError) -> KeyValueTransaction {
        var transaction: OpaquePointer?
        try Self.check("mdb_txn_begin", mdb_txn_begin(environment, nil, flags, &transaction))
        guard let transaction else { throw KeyValueError("mdb_txn_begin", 12) }
        return KeyValueTransaction(handle: transaction, tables: tables)
    }

    static func check(_ call: String, _ code: Int32) throws(KeyValueError) {
        guard code == MDB_SUCCESS else { throw KeyValueError(call, code) }
    }
}
