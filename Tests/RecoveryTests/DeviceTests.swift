import Inventory
import LinuxSystem
import Recovery
import Repository
import Testing

/// On real block devices of this machine (loop devices), which need root.
@Suite("Block devices as targets", .serialized)
struct DeviceTests {
    /// A size that no other disk has, so that it confirms a device without serial.
    private static let size = (24 << 20) + 4096 * 3

    private func soiled(_ host: TestHost, _ name: String, size: Int = DeviceTests.size) throws -> String {
        try Content.write([UInt8](repeating: 0xa5, count: size), to: host.scratch[name])
        return host.scratch[name]
    }

    private func request(_ host: TestHost, _ targets: [String]) throws -> RestoreRequest {
        var request = try host.request(disks: 0)
        request.mapping = targets.enumerated().map { DiskAssignment(source: UInt32($0), target: $1) }
        return request
    }

    @Test("a soiled device equals the source and is zero behind it", arguments: [512, 4096])
    func device(sectorSize: Int) throws {
        let host = try TestHost([Content.disk(megabytes: 16, seed: 2)], sectorSize: sectorSize)
        let image = try soiled(host, "loop.img")
        let loop = try LoopDevice(over: image, sectorSize: sectorSize)
        let prepared = try Restore.prepare(request(host, [loop.path]))
        #expect(prepared.plan.disks[0].target.kind == .device)
        #expect(prepared.plan.disks[0].target.logicalSectorSize == sectorSize)
        // The path makes it unambiguous when another test has a device of this size.
        let report = try prepared.run(confirmations: ["\(Self.size)", "\(Self.size) \(loop.path)"])
        #expect(report.disks[0].verifiedBytes == UInt64(Self.size))
        #expect(try Content.read(image) == host.expected(size: Self.size))
    }

    @Test("a GPT on a larger device is fitted, clean for sgdisk, and stays so when the kernel reads it again")
    func partitions() throws {
        let scratch = try ScratchDirectory()
        try Content.write([UInt8](repeating: 0, count: 16 << 20), to: scratch["s.img"])
        let made = try ChildProcess.run(["sgdisk", "-n1:2048:+1M", "-n2:0:+8M", scratch["s.img"]])
        #expect(made.status.isSuccess)
        let host = try TestHost([try Content.read(scratch["s.img"])])
        let loop = try LoopDevice(over: try soiled(host, "p.img"))
        let prepared = try Restore.prepare(request(host, [loop.path]))
        let report = try prepared.run(confirmations: ["\(Self.size)", "\(Self.size) \(loop.path)"])
        #expect(!report.adapted.isEmpty)
        prepared.rereadPartitions()
        let verdict = try ChildProcess.run(["sgdisk", "-v", loop.path])
        #expect(String(decoding: verdict.output, as: UTF8.self).contains("No problems found"))
    }

    @Test("a device and the file behind it are one target, and so is a file in use behind a device")
    func sameTwice() throws {
        let host = try TestHost([Content.random(1 << 20, seed: 1), Content.random(1 << 20, seed: 2)])
        let image = try soiled(host, "same.img")
        let loop = try LoopDevice(over: image)
        let twice = try #require(throws: RecoveryError.self) {
            _ = try Restore.prepare(request(host, [loop.path, image]))
        }
        #expect(twice.reason == .sameTargetTwice)
        let inUse = try #require(throws: RecoveryError.self) { _ = try Restore.prepare(request(host, [image])) }
        #expect(inUse.reason == .targetInUse)
        #expect(inUse.message.contains(loop.path))
        #expect(try Content.read(image).allSatisfy { $0 == 0xa5 })
    }

    @Test("a device over a file of the repository is refused")
    func repositoryObject() throws {
        let host = try TestHost([Content.random(1 << 20, seed: 1)])
        let pack = try #require(try host.files("packs").first { !$0.hasSuffix(".index") })
        let before = try Content.read(pack)
        let loop = try LoopDevice(over: pack)
        let error = try #require(throws: RecoveryError.self) { _ = try Restore.prepare(request(host, [loop.path])) }
        #expect(error.reason == .targetIsSource)
        #expect(try Content.read(pack) == before)
    }

    @Test("the disk that holds the repository, and a mounted disk, are refused")
    func mounted() throws {
        let scratch = try ScratchDirectory()
        try FileDescriptor(scratch["fs.img"], [.write, .createNew]).truncate(to: 64 << 20)
        #expect(try ChildProcess.run(["mkfs.ext4", "-q", scratch["fs.img"]]).status.isSuccess)
        let loop = try LoopDevice(over: scratch["fs.img"])
        try Files.makeDirectories(scratch["mnt"])
        #expect(try ChildProcess.run(["mount", loop.path, scratch["mnt"]]).status.isSuccess)
        defer { _ = try? ChildProcess.run(["umount", scratch["mnt"]]) }
        let host = try TestHost([Content.random(1 << 20, seed: 1)])
        let busy = try #require(throws: RecoveryError.self) { _ = try Restore.prepare(request(host, [loop.path])) }
        #expect(busy.reason == .targetInUse)
        #expect(busy.message.contains(scratch["mnt"]))
        #expect(
            try ChildProcess.run(["cp", "-r", host.repositoryPath, scratch["mnt"] + "/repository"]).status.isSuccess)
        var fromThere = try host.request(DirectoryStore(scratch["mnt"] + "/repository"))
        fromThere.mapping = [DiskAssignment(source: 0, target: loop.path)]
        let holder = try #require(throws: RecoveryError.self) { _ = try Restore.prepare(fromThere) }
        #expect(holder.reason == .targetHoldsRepository)
    }

    @Test("an image file without room for the data is refused")
    func noRoom() throws {
        let scratch = try ScratchDirectory()
        try Files.makeDirectories(scratch["small"])
        #expect(
            try ChildProcess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", scratch["small"]]).status.isSuccess)
        defer { _ = try? ChildProcess.run(["umount", scratch["small"]]) }
        let host = try TestHost()
        let error = try #require(throws: RecoveryError.self) {
            _ = try Restore.prepare(request(host, [scratch["small"] + "/disk.img"]))
        }
        #expect(error.reason == .noRoom && error.exitStatus == 3)
        #expect(!Files.exists(scratch["small"] + "/disk.img"))
    }
}
