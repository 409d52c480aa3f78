/// Four bytes of a hive's file that make a number of it another one.
///
/// Not `hivex_commit`: that writes a longer file, for hivex never uses room again, which must then replace the whole hive, and a
/// power cut in between leaves Windows without a registry. Numbers lie inside their value's cell, which has no checksum
/// (github.com/msuhanov/regf, "Key value"): writing four bytes there is all that Windows itself would change of it.
package struct RegistryEdit: Hashable, Sendable {
    package let offset: UInt64
    package let bytes: [UInt8]
}

extension RegistryHive {
    /// What makes a REG_DWORD that is there another number. Throws where it is not there or not held as expected.
    ///
    /// hivex calls a value by the place of its cell, which it does not promise. So the cell is looked at (size, "vk", length of
    /// the name, length of the data with the bit for "inside", the data, its type), and a copy with the edit must read as it
    /// should before the edit is given out.
    package func edit(
        _ name: String, of path: [String], to number: UInt32
    ) throws(RegistryError) -> RegistryEdit {
        let what = "\(self.name): \((path + [name]).joined(separator: "\\"))"
        guard let key = try key(path), let old = try value(name, of: key)?.number, let cell = try place(name, of: key)
        else { throw RegistryError(description: "\(what) is no number that could be changed") }
        let data = cell + 12
        guard cell >= 4_096, data + 8 <= bytes.count, bytes[cell + 4..<cell + 6].elementsEqual("vk".utf8),
            field(cell + 8) == 0x8000_0004, field(data) == old, field(data + 4) == RegistryValue.numberType
        else { throw RegistryError(description: "\(what) is not held as Windows holds numbers") }
        let stored = (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * UInt32($0))) }
        var changed = bytes
        changed.replaceSubrange(data..<data + 4, with: stored)
        let copy = try RegistryHive(changed, name: self.name)
        guard let again = try copy.key(path), try copy.value(name, of: again)?.number == number else {
            throw RegistryError(description: "\(what) does not read \(number) in a changed copy")
        }
        return RegistryEdit(offset: UInt64(data), bytes: stored)
    }

    private func field(_ offset: Int) -> UInt32 {
        bytes[offset..<offset + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
}
