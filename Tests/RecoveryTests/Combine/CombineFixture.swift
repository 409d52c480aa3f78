import BlockDevices
import Capture
import LinuxSystem
import Recovery
import Repository
import Testing

/// Several disk images made by the usual tools, captured as one host, and restored behind one another to one target. Judged by
/// the tools that made them and by cmp. Needs root: loop devices.
struct CombineFixture {
    let scratch: ScratchDirectory
    let disks: [String]

    /// - Parameter tables: sfdisk's input for each disk; nil leaves it without a table.
    init(_ tables: [(table: String?, mebibytes: UInt64)]) throws {
        scratch = try ScratchDirectory(in: Files.exists("/dev/shm") ? "/dev/shm" : "/var/tmp")
        disks = tables.indices.map { [scratch] in scratch["disk\($0).img"] }
        for (disk, table) in zip(disks, tables) {
            try FileDescriptor(disk, [.write, .createNew]).truncate(to: table.mebibytes << 20)
            if let table = table.table { try GrowthFixture.run("printf '\(table)' | sfdisk -q '\(disk)'") }
        }
    }

    /// Runs a script with `$dev`, a loop device over a partition of an image; 0 is the whole.
    @discardableResult
    func on(_ partition: Int, of image: String, _ script: String) throws -> String {
        let (offset, length) = try place(partition, of: image)
        return try GrowthFixture.onRange(offset, length, of: image, at: scratch["mounted"], script)
    }

    func place(_ partition: Int, of image: String) throws -> (offset: UInt64, length: UInt64) {
        guard partition == 0 else { return try GrowthFixture.place(partition, of: image) }
        return (0, try #require(try Files.status(image)).sizeInBytes)
    }

    /// An ext4 with files that nothing else has.
    func makeExt(_ partition: Int, of disk: Int, label: String) throws {
        try on(
            partition, of: disks[disk],
            """
            mke2fs -q -t ext4 -L \(label) "$dev" >/dev/null; mount "$dev" "$dir"
            head -c 3333333 /dev/urandom > "$dir/x"; umount "$dir"
            """)
    }

    func capture() throws {
        let repository = try Repository.initialize(DirectoryStore(scratch["repository"]))
        let sources = try disks.map { try RawDisk.openSource($0) }
        _ = try HostCapture.run(CaptureRequest(hostName: "web01", sources: sources, program: "test"), to: repository)
    }

    /// An image file of a size, full of something else.
    func target(_ bytes: UInt64) throws -> String {
        let path = scratch["target.img"]
        try GrowthFixture.run("head -c \(bytes) /dev/zero | tr '\\0' Z > '\(path)'")
        return path
    }

    func request(_ target: String, order: [UInt32]? = nil) throws -> RestoreRequest {
        let repository = try Repository.open(DirectoryStore(scratch["repository"]))
        let timeline = try repository.timeline(of: "web01")
        let view = try View(repository, host: timeline.host, moment: try #require(timeline.moments.last))
        let order = order ?? disks.indices.map(UInt32.init)
        var request = RestoreRequest(view: view, mapping: order.map { DiskAssignment(source: $0, target: target) })
        request.isInterrupted = { false }
        request.combines = true
        return request
    }

    @discardableResult
    func restore(to target: String, order: [UInt32]? = nil) throws -> RestoreReport {
        try Restore.prepare(request(target, order: order)).run(confirmations: [target])
    }

    /// The partition `number` of the target is the partition of a disk (0: the whole disk), byte for byte and of the same size.
    func judge(_ number: Int, of target: String, is partition: Int, of disk: Int, skipping: UInt64 = 0) throws {
        let was = try place(partition, of: disks[disk])
        let now = try GrowthFixture.place(number, of: target)
        #expect(was.length == now.length, "partition \(number)")
        try GrowthFixture.run(
            "cmp -n \(was.length - skipping) -i \(was.offset + skipping):\(now.offset + skipping) '\(disks[disk])' '\(target)'"
        )
        #expect(now.offset % (1 << 20) == 0 || disk == 0)
    }

    /// Type, GUID and name of a partition as sfdisk prints them.
    func identity(_ number: Int, of image: String) throws -> String {
        try GrowthFixture.run(
            "sfdisk -d '\(image)' | sed -nE 's/^.*img\(number) : start= *[0-9]+, size= *[0-9]+, *(.*)$/\\1/p'")
    }

    func judgeTable(_ image: String) throws {
        let verdict = try GrowthFixture.run("sfdisk --verify '\(image)' 2>&1")
        #expect(verdict.contains("No errors detected"), "\(verdict)")
        if try GrowthFixture.run("sfdisk -d '\(image)'").contains("label: gpt") {
            let verdict = try GrowthFixture.run("sgdisk -v '\(image)'")
            #expect(verdict.contains("No problems found"), "\(verdict)")
        }
    }

    /// What the refusal says. The target must be untouched, byte for byte.
    func refusal(_ target: String, _ change: (inout RestoreRequest) -> Void = { _ in }) throws -> RecoveryError {
        let digest = "openssl dgst -sha256 '\(target)'"
        let before = try GrowthFixture.run(digest)
        var request = try request(target)
        change(&request)
        let error = try #require(throws: RecoveryError.self) {
            _ = try Restore.prepare(request).run(confirmations: [target])
        }
        #expect(!error.wroteAnything && error.message.contains("Nothing was written"), "\(error)")
        let after = try GrowthFixture.run(digest)
        #expect(after == before, "the target was written")
        return error
    }
}
