internal import CLMDB

/// One state of the tables; valid inside the closure that it was lent to.
package struct KeyValueTransaction {
    let handle: OpaquePointer
    let tables: [MDB_dbi]

    /// The value of a key (1 to 511 bytes), or nil.
    package func value(of key: [UInt8], in table: Int) throws(KeyValueError) -> [UInt8]? {
        try withValue(of: key, in: table) { Array($0) }
    }

    /// Lends the value of a key, which must not be kept.
    package func withValue<Result>(
        of key: [UInt8], in table: Int, _ body: (UnsafeRawBufferPointer) -> Result
    ) throws(KeyValueError) -> Result? {
        var value = MDB_val()
        let code = key.withUnsafeBytes { bytes in
            var key = Self.lent(bytes)
            return mdb_get(handle, tables[table], &key, &value)
        }
        if code == MDB_NOTFOUND { return nil }
        try KeyValueStore.check("mdb_get", code)
        return body(UnsafeRawBufferPointer(start: value.mv_data, count: value.mv_size))
    }

    /// Sets the value of a key.
    package func set(_ key: [UInt8], to value: [UInt8], in table: Int) throws(KeyValueError) {
        let code = key.withUnsafeBytes { keyBytes in
            value.withUnsafeBytes { valueBytes in
                var key = Self.lent(keyBytes)
                var value = Self.lent(valueBytes)
                return mdb_put(handle, tables[table], &key, &value, 0)
            }
        }
        try KeyValueStore.check("mdb_put", code)
    }

    /// Removes a key; nothing happens when it is not there.
    package func remove(_ key: [UInt8], in table: Int) throws(KeyValueError) {
        let code = key.withUnsafeBytes { bytes in
            var key = Self.lent(bytes)
            return mdb_del(handle, tables[table], &key, nil)
        }
        guard code != MDB_NOTFOUND else { return }
        try KeyValueStore.check("mdb_del", code)
    }

    /// How many keys a table has.
    package func count(of table: Int) throws(KeyValueError) -> Int {
        var numbers = MDB_stat()
        try KeyValueStore.check("mdb_stat", mdb_stat(handle, tables[table], &numbers))
        return numbers.ms_entries
    }

    /// Keys and values from `start` on, in order, until `body` says false.
    package func forEach(
        from start: [UInt8], in table: Int, _ body: ([UInt8], [UInt8]) throws -> Bool
    ) throws {
        var cursor: OpaquePointer?
        try KeyValueStore.check("mdb_cursor_open", mdb_cursor_open(handle, tables[table], &cursor))
        defer { mdb_cursor_close(cursor) }
        var key = MDB_val()
        var value = MDB_val()
        var code = start.withUnsafeBytes { bytes in
            key = Self.lent(bytes)
            return mdb_cursor_get(cursor, &key, &value, start.isEmpty ? MDB_FIRST : MDB_SET_RANGE)
        }
        while code == MDB_SUCCESS {
            let more = try body(
                Array(UnsafeRawBufferPointer(start: key.mv_data, count: key.mv_size)),
                Array(UnsafeRawBufferPointer(start: value.mv_data, count: value.mv_size)))
            guard more else { return }
            code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)
        }
        guard code != MDB_NOTFOUND else { return }
        try KeyValueStore.check("mdb_cursor_get", code)
    }

    /// LMDB reads keys and values and does not change them.
    private static func lent(_ bytes: UnsafeRawBufferPointer) -> MDB_val {
        MDB_val(mv_size: bytes.count, mv_data: UnsafeMutableRawPointer(mutating: bytes.baseAddress))
    }
}
