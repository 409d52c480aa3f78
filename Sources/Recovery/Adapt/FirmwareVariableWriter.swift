internal import LinuxSystem

/// Sets UEFI variables of this machine, which are files (Linux, Documentation/filesystems/efivarfs.rst): four bytes of
/// attributes, then the value.
struct FirmwareVariableWriter {
    let directory: String

    /// Sets a variable, or removes it (nil).
    func set(_ name: String, attributes: UInt32, bytes: [UInt8]?) throws(SystemCallError) {
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
}
