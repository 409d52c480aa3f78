internal import CHivex
internal import Glibc
internal import LinuxSystem

/// A file of Windows' registry (hivex(3)) that came from outside: read, and changed only by values (`RegistryEdit`).
/// Not thread-safe.
///
/// hivex reads a copy in memory, so that nothing that happens to the file meanwhile reaches it. It bounds by itself how many
/// keys and values it takes and how long they are.
package struct RegistryHive: ~Copyable {
    /// A key; means nothing to another hive.
    package struct Key: Hashable, Sendable {
        fileprivate let node: hive_node_h
    }

    /// SYSTEM is some 20 MB on most machines; one of more than 200 MB keeps Windows itself from starting.
    package static let sizeLimit = 256 << 20

    private let handle: OpaquePointer
    let bytes: [UInt8]
    let name: String

    /// - Parameter name: what messages call it: "SYSTEM".
    package init(_ bytes: [UInt8], name: String) throws(RegistryError) {
        guard bytes.count >= 4_096, bytes.count <= Self.sizeLimit, bytes.starts(with: Array("regf".utf8)) else {
            throw RegistryError(description: "\(name) is no registry hive of at most \(Self.sizeLimit) bytes")
        }
        handle = try Self.open(bytes, name)
        self.bytes = bytes
        self.name = name
    }

    deinit { hivex_close(handle) }

    private static func open(_ bytes: [UInt8], _ name: String) throws(RegistryError) -> OpaquePointer {
        do throws(SystemCallError) {
            let copy = try FileDescriptor.inMemory(name: "hive")
            try copy.write(bytes, at: 0)
            let opened = copy.withNumber { number in hivex_open("/proc/self/fd/\(number)", 0) }
            if let opened { return opened }
        } catch { throw RegistryError(description: "\(name) could not be copied to memory: \(error)") }
        throw RegistryError(description: "\(name) is damaged: hivex refuses it (\(String(cString: strerror(errno))))")
    }

    /// Whether Windows had changes in the hive's log that are not in the hive: its two sequence numbers differ (bytes 4 and 8
    /// of its first block). Windows applies the log when it starts, and may write over what was changed here.
    package var isDirty: Bool { bytes[4..<8] != bytes[8..<12] }

    package var root: Key {
        get throws(RegistryError) {
            let node = hivex_root(handle)
            guard node != 0 else { throw RegistryError(description: "\(name) has no root key") }
            return Key(node: node)
        }
    }

    /// The key at a path from the root, whatever its letters' case; nil when it is not there.
    package func key(_ path: [String]) throws(RegistryError) -> Key? {
        var key = try root
        for part in path {
            errno = 0
            let node = hivex_node_get_child(handle, key.node, part)
            guard node != 0 else {
                guard errno == 0 || errno == ENOENT || errno == ENOKEY else { throw damaged(path) }
                return nil
            }
            key = Key(node: node)
        }
        return key
    }

    /// The names of the keys below a key.
    package func names(below key: Key) throws(RegistryError) -> [String] {
        guard let list = hivex_node_children(handle, key.node) else { throw damaged([]) }
        defer { free(list) }
        var names: [String] = []
        var next = list
        while next.pointee != 0 {
            guard let text = hivex_node_name(handle, next.pointee) else { throw damaged([]) }
            names.append(String(cString: text))
            free(text)
            next += 1
        }
        return names
    }

    /// The value of this name, whatever its letters' case; nil when the key has none.
    package func value(_ name: String, of key: Key) throws(RegistryError) -> RegistryValue? {
        guard let found = try place(name, of: key) else { return nil }
        var type = hive_type(rawValue: 0)
        var length = 0
        guard let data = hivex_value_value(handle, found, &type, &length) else { throw damaged([name]) }
        defer { free(data) }
        return RegistryValue(type: type.rawValue, bytes: Array(UnsafeRawBufferPointer(start: data, count: length)))
    }

    /// hivex's name of a value.
    func place(_ name: String, of key: Key) throws(RegistryError) -> hive_value_h? {
        errno = 0
        let found = hivex_node_get_value(handle, key.node, name)
        guard found == 0 else { return found }
        guard errno == 0 || errno == ENOENT || errno == ENOKEY else { throw damaged([name]) }
        return nil
    }

    func damaged(_ path: [String]) -> RegistryError {
        RegistryError(description: "\(name) is damaged at \(path.isEmpty ? "its keys" : path.joined(separator: "\\"))")
    }
}
