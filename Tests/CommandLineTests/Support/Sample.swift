import Foundation
import ProgramHarness

/// A repository with one host, "web01", of one disk at two moments, made once for all tests that read or damage a copy of it.
final class Sample: Sendable {
    let scratch: Scratch
    /// What the disk held at the first and at the second moment.
    let disks: [[UInt8]]
    /// Free ranges of its ext4 at either moment, as dumpe2fs tells them.
    let free: [[Range<Int>]]
    /// Reports of both captures.
    let reports: [JSON]
    /// Objects of the repository after each capture, by name.
    let objects: [Set<String>]

    var repository: String { scratch("repository") }
    var moments: [String] { reports.map { $0["moment"].text ?? "" } }
    var size: Int { disks[0].count }
    /// Objects that only the second moment brought.
    var newObjects: Set<String> { objects[1].subtracting(objects[0]) }

    private static let made = Result { try Sample() }
    static func get() throws -> Sample { try made.get() }

    /// A GPT with an ext4 whose free blocks are full of garbage, then data without a file system, then zeros.
    private static let build = """
        garbage disk 25165824
        sgdisk -n 1:2048:+16M disk > .sgdisk
        files src
        mke2fs -q -t ext4 -b 4096 -E offset=1048576,nodiscard,lazy_itable_init=0 -d src disk 16M
        head -c 1048576 /dev/urandom | dd of=disk bs=1M seek=18 conv=notrunc status=none
        head -c 4161536 /dev/zero | dd of=disk bs=1M seek=20 conv=notrunc status=none
        """
    private static let change = """
        sleep 3
        head -c 300000 /dev/urandom > src/new
        debugfs -w -R 'write src/new new' 'disk?offset=1048576' > .debugfs 2>&1
        head -c 65536 /dev/urandom | dd of=disk bs=64K seek=290 conv=notrunc status=none
        """

    private init() throws {
        let scratch = try Scratch()
        self.scratch = scratch
        _ = try scratch.lifeboat("repository", "init", "repository").expecting(0)
        var disks: [[UInt8]] = []
        var free: [[Range<Int>]] = []
        var reports: [JSON] = []
        var objects: [Set<String>] = []
        // Some seconds lie between the moments, so that an age can name either.
        for (script, label) in [(Self.build, "first"), (Self.change, "second")] {
            try scratch.sh(script)
            disks.append(try scratch.read("disk"))
            free.append(try FreeSpace.ext(scratch("disk"), at: 1 << 20, in: scratch))
            let outcome = try scratch.lifeboat(
                "capture", "--repository", "repository", "--host", "web01", "--label", label, "--json", "disk")
            reports.append(try outcome.expecting(0).json())
            objects.append(try Self.objects(of: "repository", in: scratch))
        }
        self.disks = disks
        self.free = free
        self.reports = reports
        self.objects = objects
        // A static value is never destroyed: its directory goes when the tests end.
        Self.leftBehind = scratch.path
        atexit { try? FileManager.default.removeItem(atPath: Sample.leftBehind) }
    }

    // Written once while `made` is initialized, read when the process ends.
    private nonisolated(unsafe) static var leftBehind = ""

    /// Names of all objects below a repository, temporary files and locks left out.
    static func objects(of repository: String, in scratch: Scratch) throws -> Set<String> {
        let text = try scratch.sh("cd '\(repository)' && find . -type f -printf '%P\\n'")
        return Set(
            text.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("locks/") && !$0.contains(".tmp-") })
    }

    /// A copy of the repository to damage.
    func copy(into scratch: Scratch, as name: String = "repository") throws -> String {
        try scratch.sh("cp -a '\(repository)' '\(name)'")
        return scratch(name)
    }
}
