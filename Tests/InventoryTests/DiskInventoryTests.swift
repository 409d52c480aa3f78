import BlockDevices
import Inventory
import LinuxSystem
import Testing

@Suite("The disks of this machine")
struct DiskInventoryTests {
    let scratch: ScratchDirectory

    init() throws { scratch = try ScratchDirectory() }

    @Test("a loop device is listed when asked for, with size, sectors and what is on it, and not otherwise")
    func loop() throws {
        try image(scratch["d.img"], mebibytes: 64)
        let loop = try LoopDevice(over: scratch["d.img"])
        try run("sgdisk", "-n", "1:2048:+1M", "-t", "1:ef02", "-n", "2:0:+32M", loop.path)
        try run("partx", "-a", loop.path)
        try run("mkfs.ext4", "-q", "-L", "root", loop.path + "p2")
        let disk = try #require(DiskInventory.present(includingLoopDevices: true).first { $0.path == loop.path })
        #expect(disk.geometry == DiskGeometry(sizeInBytes: 64 << 20))
        #expect(disk.summary == "GPT, 2 partitions: ext4 'root'")
        #expect(disk.obstacles.isEmpty)
        #expect(disk.identity == DiskIdentity(transport: "loop"))
        #expect(disk.target.matches(confirmation: "\(64 << 20)", among: []) == .yes)
        #expect(!DiskInventory.present().contains { $0.path.contains("loop") || $0.path.contains("ram") })
        #expect(DiskInventory.disk(at: loop.path + "p2") == nil, "a partition is not a disk")
    }

    @Test("the disk that holds the repository, and those below it, say so; mounted disks are obstacles")
    func roles() throws {
        try image(scratch["r.img"], mebibytes: 16)
        let loop = try LoopDevice(over: scratch["r.img"])
        try run("mkfs.ext4", "-q", loop.path)
        try Files.makeDirectories(scratch["mnt"])
        try run("mount", loop.path, scratch["mnt"])
        defer { _ = try? ChildProcess.run(["umount", scratch["mnt"]]) }
        let repository = scratch["mnt/repository"]
        let disks = DiskInventory.present(includingLoopDevices: true, repositories: [repository])
        let disk = try #require(disks.first { $0.path == loop.path })
        #expect(disk.roles == [.repository])
        #expect(disk.obstacles.first == "holds the repository")
        #expect(disk.obstacles.contains { $0.contains("mounted at \(scratch["mnt"])") })
        let below = Set(try DiskUse.backingDisks(ofPath: scratch.path).map(\.path))
        for other in disks where below.contains(other.path) { #expect(other.roles == [.repository]) }
        #expect(disks.filter { $0.roles.isEmpty }.allSatisfy { !below.contains($0.path) })
    }

    @Test("a disk with the volume label of the rescue image is the rescue medium")
    func rescueMedium() throws {
        try Files.makeDirectories(scratch["iso"])
        try run("xorriso", "-as", "mkisofs", "-quiet", "-V", "LIFEBOAT_RESCUE", "-o", scratch["r.iso"], scratch["iso"])
        let loop = try LoopDevice(over: scratch["r.iso"])
        let disk = try #require(DiskInventory.present(includingLoopDevices: true).first { $0.path == loop.path })
        #expect(disk.roles == [.rescueMedium])
        #expect(disk.obstacles == ["is the rescue medium"])
    }

    @Test("a captured disk is described with its partitions and survives the way through JSON")
    func describe() throws {
        try image(scratch["c.img"], mebibytes: 64)
        try run(
            "sgdisk", "-U", "11111111-2222-4333-8444-555555555555", "-n", "1:2048:+1M", "-t", "1:ef02", "-n", "2:0:+4M",
            "-t", "2:ef00", "-c", "2:ESP", scratch["c.img"])
        let disk = try DiskDescription.describe(source: RawDisk.openSource(scratch["c.img"]), number: 0)
        #expect(disk.partitionTable == .init(kind: "gpt", identifier: "11111111-2222-4333-8444-555555555555"))
        #expect(disk.partitions.map(\.name) == [nil, "ESP"])
        let description = MachineDescription.describe(hostName: "web01", disks: [disk], subject: .disksOnly)
        #expect(description.firmware.mode == .both)
        #expect(description.networkInterfaces.isEmpty && description.product == nil)
        let bytes = description.encoded()
        #expect(try MachineDescription(decoding: bytes) == description)
        #expect(description.encoded() == bytes)
        #expect(throws: (any Error).self) { try MachineDescription(decoding: Array(bytes.dropLast(10))) }
    }

    @Test("this machine describes its kernel, its interfaces and their addresses")
    func thisMachine() throws {
        let description = MachineDescription.describe(hostName: "here", disks: [], subject: .thisMachine)
        #expect(description.kernel == RunningSystem.kernelRelease)
        let loopback = try #require(description.networkInterfaces.first { $0.name == "lo" })
        #expect(loopback.kind == .loopback)
        #expect(loopback.addresses.contains("127.0.0.1/8"))
        #expect(description.firmware.mode == (Files.exists("/sys/firmware/efi") ? .uefi : .bios))
        #expect(description.capturedAt.hasPrefix("20") && description.capturedAt.hasSuffix("Z"))
    }
}
