import BlockDevices
import LinuxSystem

/// A machine in a directory: the parts of sysfs and proc that BlockDevices reads.
struct FakeMachine {
    let root: String
    var tree: KernelTree { KernelTree(root: root) }

    init(_ root: String) throws {
        self.root = root
        for directory in ["sys/block", "sys/class/block", "sys/dev/block", "proc/self", "dev"] {
            try Files.makeDirectories("\(root)/\(directory)")
        }
        try write("proc/swaps", "Filename Type Size Used Priority\n")
        try write("proc/self/mountinfo", "")
    }

    func write(_ path: String, _ text: String) throws {
        try Files.makeDirectories(Files.parent(of: "\(root)/\(path)"))
        try Files.write(Array(text.utf8), to: "\(root)/\(path)")
    }

    /// A device "sda" or a partition "sda/sda1".
    func add(_ path: String, _ number: String, _ attributes: [String: String] = [:]) throws {
        let directory = "sys/devices/block/\(path)"
        try write("\(directory)/dev", number + "\n")
        for (name, value) in attributes { try write("\(directory)/\(name)", value + "\n") }
        for name in ["holders", "slaves"] { try Files.makeDirectories("\(root)/\(directory)/\(name)") }
        let name = Files.lastComponent(of: path)
        try link("\(root)/\(directory)", "sys/class/block/\(name)")
        try link("\(root)/\(directory)", "sys/dev/block/\(number)")
        if name == path { try link("\(root)/\(directory)", "sys/block/\(name)") }
    }

    func stack(_ lower: String, under upper: String) throws {
        let (below, above) = ("sys/class/block/\(lower)", "sys/class/block/\(upper)")
        try link("\(root)/\(above)", "\(below)/holders/\(upper)")
        try link("\(root)/\(below)", "\(above)/slaves/\(lower)")
    }

    private func link(_ target: String, _ path: String) throws { try run("ln", "-s", target, "\(root)/\(path)") }
}
