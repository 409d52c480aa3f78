import BlockDevices
import LinuxSystem

/// A machine in a directory: the parts of sysfs, proc, udev and /etc that Inventory reads.
struct FakeMachine {
    let root: String
    var tree: KernelTree { KernelTree(root: root) }

    init(_ root: String) throws {
        self.root = root
        for directory in ["sys/block", "sys/class/block", "sys/class/net", "sys/dev/block", "proc/self", "dev"] {
            try Files.makeDirectories("\(root)/\(directory)")
        }
        try write("proc/self/mountinfo", "")
    }

    func write(_ path: String, _ text: String) throws { try write(path, Array(text.utf8)) }

    func write(_ path: String, _ bytes: [UInt8]) throws {
        try Files.makeDirectories(Files.parent(of: "\(root)/\(path)"))
        try Files.write(bytes, to: "\(root)/\(path)")
    }

    /// A whole disk whose sysfs directory is `directory`, "pci0000:00/0000:00:1f.2/ata1/host0/…/block/sda".
    func addDisk(_ directory: String, _ number: String, _ attributes: [String: String] = [:]) throws -> BlockNode? {
        let path = "sys/devices/\(directory)"
        let name = Files.lastComponent(of: directory)
        try write("\(path)/dev", number + "\n")
        try write("\(path)/size", "2048\n")
        for (attribute, value) in attributes { try write("\(path)/\(attribute)", value + "\n") }
        for link in ["sys/class/block/\(name)", "sys/block/\(name)", "sys/dev/block/\(number)"] {
            try self.link("\(root)/\(path)", link)
        }
        return BlockNode(named: name, in: tree)
    }

    func link(_ target: String, _ path: String) throws {
        try Files.makeDirectories(Files.parent(of: "\(root)/\(path)"))
        try run("ln", "-s", target, "\(root)/\(path)")
    }
}
