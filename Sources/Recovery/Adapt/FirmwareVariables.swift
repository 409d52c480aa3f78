package import LinuxSystem

/// The UEFI variables of this machine as files (Linux, Documentation/filesystems/efivarfs.rst): four bytes of attributes, then
/// the value.
package struct FirmwareVariables: Sendable {
    private let directory: String

    package init(directory: String = "/sys/firmware/efi/efivars") { self.directory = directory }

    /// Sets a variable, or removes it (nil).
    package func set(_ name: String, attributes: UInt32, bytes: [UInt8]?) throws(SystemCallError) {
        let path = "\(directory)/\(name)"
        // The kernel protects most variables against rm; lifting that is a flag of the file.
        if try Files.status(path) != nil { try Files.makeMutable(path) }
        guard let bytes else {
            try Files.remove(path)
            return
        }
        let head = (0..<4).map { UInt8(truncatingIfNeeded: attributes >> (8 * UInt32($0))) }
        // One write(2): the firmware gets a variable whole.
        try FileDescriptor(path, [.write, .create]).write(head + bytes, at: 0)
    }

    /// The value without its attributes; nil when there is no such variable.
    package func value(of name: String) throws(SystemCallError) -> [UInt8]? {
        let path = "\(directory)/\(name)"
        guard try Files.status(path) != nil else { return nil }
        return Array(try Files.contents(of: path, limit: 1 << 20).dropFirst(4))
    }

    package func names() throws(SystemCallError) -> [String] {
        guard try Files.status(directory) != nil else { return [] }
        return try Files.names(in: directory)
    }
}
