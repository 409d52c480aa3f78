import BlockDevices
import Buffers
import LinuxSystem
import Testing

@Suite("What is on a disk")
struct ProbeTests {
    let scratch: ScratchDirectory

    init() throws { scratch = try ScratchDirectory() }

    @Test("a GPT disk of a server: every partition with its type, name and signature")
    func gpt() throws {
        let path = try serverDisk()
        let contents = try Probe.contents(of: RawDisk.openSource(path))
        #expect(contents.table == .init(kind: "gpt", identifier: "11111111-2222-4333-8444-555555555555"))
        #expect(contents.partitions.map(\.number) == [1, 2, 3, 4, 5, 6])
        #expect(
            contents.partitions.map { $0.signatures.all.map(\.type) } == [
                [], ["vfat"], ["ext4"], ["LVM2_member"], ["swap"], ["crypto_LUKS"],
            ])
        let root = contents.partitions[2]
        #expect(root.name == "root file system")
        #expect(root.type == "0fc63daf-8483-4772-8e79-3d69d8477de4")
        #expect(root.flags == 4, "the legacy BIOS boot attribute")
        let superblock = try #require(root.signatures.all.first)
        #expect(superblock.usage == .filesystem)
        #expect(superblock.label == "ROOT")
        #expect(superblock.uuid == "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee")
        #expect(contents.partitions[3].signatures.all.first?.usage == .raid)
        #expect(contents.partitions[5].signatures.all.first?.usage == .crypto)
        #expect(contents.partitions[0].range == 1 << 20..<2 << 20)
        #expect(contents.signatures == .none)
    }

    @Test("a disk that has no descriptor is probed through a copy of its tables, with the same result")
    func snapshot() throws {
        let disk = try RawDisk.openSource(try serverDisk())
        let behind = NamelessSource(disk)
        #expect(try Probe.contents(of: behind) == Probe.contents(of: disk))
        #expect(behind.bytesRead < 64 << 20, "\(behind.bytesRead) bytes of \(disk.geometry.sizeInBytes) were read")
    }

    @Test("an MBR with logical partitions, directly and through a copy")
    func mbr() throws {
        try image(scratch["mbr.img"], mebibytes: 128)
        let script = """
            label: dos
            label-id: 0xdeadbeef
            1 : size=32M, type=83, bootable
            2 : size=90M, type=5
            5 : size=20M, type=82
            6 : size=20M, type=fd
            7 : size=20M, type=8e

            """
        try Files.write(Array(script.utf8), to: scratch["script"])
        try run("sh", "-c", "sfdisk -q \"$1\" <\"$2\"", "sh", scratch["mbr.img"], scratch["script"])
        let disk = try RawDisk.openSource(scratch["mbr.img"])
        let contents = try Probe.contents(of: disk)
        #expect(contents.table == .init(kind: "dos", identifier: "deadbeef"))
        #expect(contents.partitions.map(\.number) == [1, 2, 5, 6, 7])
        #expect(contents.partitions.map(\.type) == ["0x83", "0x05", "0x82", "0xfd", "0x8e"])
        #expect(contents.partitions.map(\.flags) == [0x80, 0, 0, 0, 0])
        #expect(contents.partitions.map(\.isExtended) == [false, true, false, false, false])
        #expect(try Probe.contents(of: NamelessSource(disk)) == contents)
    }

    @Test("the table of a disk with sectors of 4096 bytes, as device, as image and through a copy")
    func sectorsOf4096() throws {
        try image(scratch["4k.img"], mebibytes: 64)
        let loop = try LoopDevice(over: scratch["4k.img"], sectorSize: 4096)
        try run("sgdisk", "-n", "1:256:+16M", loop.path)
        let disk = try RawDisk.openSource(loop.path)
        let contents = try Probe.contents(of: disk)
        #expect(contents.partitions.map(\.range) == [1 << 20..<17 << 20])
        #expect(try Probe(scratch["4k.img"], logicalSectorSize: 4096).contents() == contents)
        #expect(try Probe.contents(of: NamelessSource(disk)) == contents)
    }

    @Test("an image of a disk with sectors of 4096 bytes is opened as one; leftovers of such a table change nothing")
    func imageOf4096() throws {
        try image(scratch["4k.img"], mebibytes: 64)
        do {
            let loop = try LoopDevice(over: scratch["4k.img"], sectorSize: 4096)
            try run("sgdisk", "-n", "1:256:+16M", loop.path)
            extendLifetime(loop)
        }
        let disk = try RawDisk.openSource(scratch["4k.img"])
        #expect(disk.geometry.logicalSectorSize == 4096 && disk.geometry.physicalSectorSize == 4096)
        #expect(try Probe.contents(of: disk).partitions.map(\.range) == [1 << 20..<17 << 20])
        #expect(try Probe.tableSectorSize(of: NamelessSource(disk)) == 4096)
        // Partitioned anew in 512: the old header at 4096 lies among the entries, or nobody's bytes.
        try run("sgdisk", "-o", "-n", "1:2048:+16M", scratch["4k.img"])
        try FileDescriptor(scratch["4k.img"], [.write]).write(Array("EFI PART".utf8), at: 4096)
        #expect(try RawDisk.openSource(scratch["4k.img"]).geometry.logicalSectorSize == 512)
        // A header without a table behind it.
        try image(scratch["no.img"], mebibytes: 16)
        try FileDescriptor(scratch["no.img"], [.write]).write(Array("EFI PART".utf8), at: 4096)
        #expect(try RawDisk.openSource(scratch["no.img"]).geometry.logicalSectorSize == 512)
        // No disk with such sectors has this size.
        try run("truncate", "--size", "+512", scratch["no.img"])
        #expect(try RawDisk.openSource(scratch["no.img"]).geometry.logicalSectorSize == 512)
    }

    @Test("a member of an md array and a file system without partitions are found on the whole disk")
    func wholeDisk() throws {
        try image(scratch["md.img"], mebibytes: 16)
        try mdSuperblock().withBytes { bytes in
            try FileDescriptor(scratch["md.img"], [.write]).write(Array(bytes), at: 4096)
        }
        let array = try #require(try Probe(scratch["md.img"]).contents().signatures.all.first)
        #expect(array.type == "linux_raid_member")
        #expect(array.usage == .raid)
        #expect(array.uuid == "01010101-0101-0101-0101-010101010101")
        #expect(array.memberUUID == "02020202-0202-0202-0202-020202020202")
        #expect(array.label == "host:root")
        try image(scratch["fs.img"], mebibytes: 320)
        try run("mkfs.xfs", "-q", "-L", "data", scratch["fs.img"])
        let contents = try Probe(scratch["fs.img"]).contents()
        #expect(contents.table == nil)
        #expect(contents.signatures.all.map(\.type) == ["xfs"])
        #expect(contents.signatures.all.first?.label == "data")
    }

    @Test("contradicting signatures are reported as ambivalent, every one of them")
    func ambivalent() throws {
        try image(scratch["both.img"], mebibytes: 320)
        try image(scratch["xfs.img"], mebibytes: 320)
        try run("mkfs.xfs", "-q", scratch["xfs.img"])
        try run("mkfs.ext4", "-q", "-F", scratch["both.img"])
        // The superblock of xfs is the first sector, that of ext4 begins at 1024.
        let sector = try Files.contents(of: scratch["xfs.img"], limit: 400 << 20)[..<512]
        try FileDescriptor(scratch["both.img"], [.write]).write(Array(sector), at: 0)
        guard case .ambivalent(let found) = try Probe(scratch["both.img"]).contents().signatures else {
            Issue.record("not ambivalent")
            return
        }
        #expect(Set(found.map(\.type)) == ["xfs", "ext4"])
    }

    @Test("an empty disk holds nothing, noise holds nothing")
    func empty() throws {
        try image(scratch["empty.img"], mebibytes: 8)
        #expect(try Probe(scratch["empty.img"]).contents().isEmpty)
        let noise = try RawDisk.openTarget(scratch["noise.img"], sizeIfAbsent: 8 << 20)
        try noise.write(buffer(8 << 20) { _ in 0xA5 }, at: 0)
        #expect(try Probe(scratch["noise.img"]).contents().isEmpty)
    }

    /// BIOS boot, ESP, ext4 root, LVM, swap and LUKS.
    private func serverDisk() throws -> String {
        let path = scratch["server.img"]
        try image(path, mebibytes: 256)
        try run(
            "sgdisk", "-U", "11111111-2222-4333-8444-555555555555", "-n", "1:2048:+1M", "-t", "1:ef02", "-n",
            "2:0:+40M",
            "-t", "2:ef00", "-n", "3:0:+64M", "-c", "3:root file system", "-A", "3:set:2", "-n", "4:0:+32M", "-t",
            "4:8e00",
            "-n", "5:0:+16M", "-t", "5:8200", "-n", "6:0:+32M", "-t", "6:8309", path)
        let loop = try LoopDevice(over: path)
        try run("partx", "-a", loop.path)
        try run("mkfs.vfat", "-n", "ESP", loop.path + "p2")
        try run("mkfs.ext4", "-q", "-L", "ROOT", "-U", "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee", loop.path + "p3")
        try run("pvcreate", "-q", "-ff", "-y", loop.path + "p4")
        try run("mkswap", loop.path + "p5")
        try run(
            "sh", "-c",
            "printf secret | cryptsetup luksFormat -q --pbkdf pbkdf2 --pbkdf-force-iterations 1000 \"$1\" -", "sh",
            loop.path + "p6")
        return path
    }

    /// Version 1.2 of the superblock of Linux md, as in the kernel's md_p.h: only what identifies it.
    private func mdSuperblock() -> BufferSlice {
        let slice = buffer(256) { _ in 0 }
        slice.withMutableBytes { bytes in
            bytes.storeBytes(of: UInt32(0xa92b_4efc).littleEndian, toByteOffset: 0, as: UInt32.self)  // magic
            bytes.storeBytes(of: UInt32(1).littleEndian, toByteOffset: 4, as: UInt32.self)  // major version
            for index in 16..<32 { bytes[index] = 1 }  // uuid of the array
            for (index, byte) in "host:root".utf8.enumerated() { bytes[32 + index] = byte }
            bytes.storeBytes(of: UInt64(8).littleEndian, toByteOffset: 144, as: UInt64.self)  // own position, sectors
            for index in 168..<184 { bytes[index] = 2 }  // uuid of the member
        }
        let sum = slice.withBytes { bytes in
            (0..<64).reduce(UInt64(0)) { $0 + UInt64(bytes.loadUnaligned(fromByteOffset: $1 * 4, as: UInt32.self)) }
        }
        slice.withMutableBytes {
            $0.storeBytes(of: UInt32(truncatingIfNeeded: sum + sum >> 32), toByteOffset: 216, as: UInt32.self)
        }
        return slice
    }
}

/// A disk that gives its bytes and nothing else, as an image behind NBD does.
final class NamelessSource: BlockSource {
    private let disk: RawDisk
    private let counter = Counter()

    init(_ disk: RawDisk) { self.disk = disk }

    var name: String { "nbd:test" }
    var geometry: DiskGeometry { disk.geometry }
    var bytesRead: Int { counter.value }

    func read(into slice: BufferSlice, at offset: UInt64) throws(BlockDeviceError) {
        counter.add(slice.count)
        try disk.read(into: slice, at: offset)
    }

    func nextData(in range: Range<UInt64>) throws(BlockDeviceError) -> Range<UInt64>? { range }
}
