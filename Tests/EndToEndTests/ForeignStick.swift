import EndToEndHarness
import Foundation
import Testing

/// Somebody's USB stick with files of its own, onto which logs are saved: ext4 without a partition table.
struct ForeignStick {
    static let label = "URLAUB"

    let path: String
    private let directory: TemporaryDirectory

    init(in directory: TemporaryDirectory) throws {
        self.directory = directory
        path = directory.file("foreign")
        let own = directory.file("own")
        try FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: true)
        try Command("dd", "if=/dev/urandom", "of=\(own)/photo.jpg", "bs=1M", "count=3", "status=none").run()
        try Command("mke2fs", "-q", "-t", "ext4", "-L", Self.label, "-d", own, path, "48M").run()
    }

    /// What must be there when the machine is off: the logs, and the stick's own file as it was.
    func check() throws {
        try Command("e2fsck", "-f", "-n", path).run()
        let all = directory.file("all")
        try FileManager.default.createDirectory(atPath: all, withIntermediateDirectories: true)
        try Command("debugfs", "-R", "rdump / \(all)", path).run()
        try Command("cmp", directory.file("own") + "/photo.jpg", all + "/photo.jpg").run()
        let names = try FileManager.default.contentsOfDirectory(atPath: all).sorted()
        #expect(names.count == 3 && names[1] == "lost+found" && names[2] == "photo.jpg", "\(names)")
        let saved = try #require(names.first)
        #expect(saved.hasPrefix("lifeboat-20"))
        let logs = try FileManager.default.contentsOfDirectory(atPath: "\(all)/\(saved)")
        for name in ["kernel.log", "boot.log", "agent-ttyS0.log"] { #expect(logs.contains(name), "\(logs)") }
    }
}
