import LinuxSystem

/// The right to work on this machine's disks, which one console has at a time: a lock on a file (`flock(2)`) that ends with its
/// owner, and beside it what the owner does.
struct MachineLock: ~Copyable, Sendable {
    private let file: FileDescriptor
    private let directory: String

    private init(_ file: consuming FileDescriptor, _ directory: String) {
        self.file = file
        self.directory = directory
    }

    /// Who only looks whether it is free has it for a moment as well.
    private static let attempts = 3

    /// nil when another console has it, and has it still after a tenth of a second.
    static func take(_ directory: String) throws(SystemCallError) -> MachineLock? {
        let file = try FileDescriptor("\(directory)/restore.lock", [.write, .create])
        for attempt in 1...attempts {
            if try file.lockExclusively() { return MachineLock(file, directory) }
            if attempt < attempts { Clocks.sleep(nanoseconds: 50_000_000) }
        }
        return nil
    }

    /// Says what is being done and how far it is; the other console reads all of it or what was said before.
    func say(_ lines: [String]) {
        let text = Array(lines.joined(separator: "\n").utf8)
        do {
            try Files.write(text, to: "\(directory)/job.txt.new")
            try Files.rename("\(directory)/job.txt.new", to: "\(directory)/job.txt")
        } catch {
            // It costs the other console a line, never this one its work.
            Terminal.log("job.txt: \(error)")
        }
    }

    /// What the owner said last.
    static func holder(_ directory: String) -> [String] {
        let text = Files.text(of: "\(directory)/job.txt") ?? ""
        return text.isEmpty
            ? ["The other console works on the disks of this machine."]
            : text.split(separator: "\n").map(String.init)
    }
}
