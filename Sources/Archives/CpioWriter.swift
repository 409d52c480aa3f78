/// Makes a cpio archive in the form of an initramfs ("newc"), owned by root, in memory.
package struct CpioWriter {
    private var bytes: [UInt8] = []
    private var directories: Set<String> = []
    private var inode = 0

    package init() {}

    /// A regular file; the directories above it are made before it. `name` has no leading "/".
    package mutating func add(_ name: String, _ content: [UInt8], mode: UInt32 = 0o644) {
        addDirectories(above: name)
        append(name, mode: 0o100000 | mode, content)
    }

    /// The archive with its end mark.
    package mutating func finish() -> [UInt8] {
        append("TRAILER!!!", mode: 0, [])
        return bytes
    }

    private mutating func addDirectories(above name: String) {
        let parts = name.split(separator: "/").dropLast()
        for count in parts.indices {
            let directory = parts[...count].joined(separator: "/")
            if directories.insert(directory).inserted { append(directory, mode: 0o040755, []) }
        }
    }

    private mutating func append(_ name: String, mode: UInt32, _ content: [UInt8]) {
        precondition(content.count <= UInt32.max, "a file of \(content.count) bytes does not fit into cpio")
        inode += 1
        let isDirectory = mode & 0o170000 == 0o040000
        // ino, mode, uid, gid, nlink, mtime, filesize, devmajor, devminor, rdevmajor, rdevminor, namesize, check
        let fields = [
            inode, Int(mode), 0, 0, isDirectory ? 2 : 1, 0, content.count, 0, 0, 0, 0, name.utf8.count + 1, 0,
        ]
        bytes += "070701".utf8
        for field in fields {
            let digits = String(field, radix: 16, uppercase: true)
            bytes += (String(repeating: "0", count: 8 - digits.count) + digits).utf8
        }
        bytes += name.utf8
        bytes.append(0)
        pad()
        bytes += content
        pad()
    }

    private mutating func pad() {
        while bytes.count % 4 != 0 { bytes.append(0) }
    }
}
