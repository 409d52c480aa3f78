import BlockDevices
import Buffers
import LinuxSystem
import Testing

@Suite("Raw disks on block devices")
struct RawDiskDeviceTests {
    let scratch: ScratchDirectory

    init() throws { scratch = try ScratchDirectory() }

    @Test("sectors of 512 and 4096 bytes are reported, read and written", arguments: [512, 4096])
    func sectors(size: Int) throws {
        try image(scratch["d.img"], mebibytes: 8)
        let loop = try LoopDevice(over: scratch["d.img"], sectorSize: size)
        let disk = try RawDisk.openTarget(loop.path)
        #expect(disk.medium == .blockDevice)
        #expect(disk.geometry.sizeInBytes == 8 << 20)
        #expect(disk.geometry.logicalSectorSize == size)
        #expect(try disk.nextData(in: 0..<8 << 20) == 0..<8 << 20)
        try disk.write(buffer(1 << 20) { UInt8(truncatingIfNeeded: $0 / 512) }, at: 4096)
        try disk.flush()
        let file = try RawDisk.openSource(scratch["d.img"])
        #expect(try file.bytes(4096, 1 << 20) == (0..<1 << 20).map { UInt8(truncatingIfNeeded: $0 / 512) })
        #expect(try disk.bytes(4096, 1 << 20) == file.bytes(4096, 1 << 20))
    }

    @Test(
        "requests that direct I/O cannot take change exactly their bytes",
        arguments: [(512, 512), (512, 4096), (3584, 1024), (4096, 512), (1, 1), (4095, 2), (100, 3 << 20), (0, 4097)])
    func unaligned(offset: Int, count: Int) throws {
        try image(scratch["u.img"], mebibytes: 4)
        let loop = try LoopDevice(over: scratch["u.img"], sectorSize: 4096)
        let disk = try RawDisk.openTarget(loop.path)
        try disk.write(buffer(4 << 20) { _ in 0xA5 }, at: 0)
        // A slice that begins inside its buffer is as unaligned as its offset on the disk.
        let slice = buffer(count + 7) { UInt8(truncatingIfNeeded: $0 &* 7) }[7..<count + 7]
        try disk.write(slice, at: UInt64(offset))
        let all = try disk.bytes(0, 4 << 20)
        #expect(all[..<offset].allSatisfy { $0 == 0xA5 })
        #expect(Array(all[offset..<offset + count]) == slice.withBytes { Array($0) })
        #expect(all[(offset + count)...].allSatisfy { $0 == 0xA5 })
        #expect(try disk.bytes(UInt64(offset), count) == slice.withBytes { Array($0) })
    }

    @Test(
        "zeroing reads back zeros by every way the kernel offers, and touches nothing beside it",
        arguments: [[], ["fallocate"], ["fallocate", "ioctl BLKZEROOUT"]])
    func zero(broken: [String]) throws {
        try image(scratch["z.img"], mebibytes: 8)
        let loop = try LoopDevice(over: scratch["z.img"], sectorSize: 4096)
        let disk = try RawDisk.openTarget(loop.path)
        try disk.write(buffer(8 << 20) { _ in 0xA5 }, at: 0)
        let path = loop.path
        try FaultScript.with({ call, on in on == path && broken.contains(call) ? 95 : nil }) {
            try disk.zero(4096 + 512..<(7 << 20) + 512)
            try disk.zero(0..<1)
        }
        let all = try disk.bytes(0, 8 << 20)
        #expect(all[0] == 0)
        #expect(all[1..<4608].allSatisfy { $0 == 0xA5 })
        #expect(all[4608..<(7 << 20) + 512].allSatisfy { $0 == 0 })
        #expect(all[((7 << 20) + 512)...].allSatisfy { $0 == 0xA5 })
        try disk.flush()
        let allocated = try #require(try Files.status(scratch["z.img"])).allocatedBytes
        // Only the way that unmaps gives room back.
        #expect(broken.isEmpty ? allocated < 4 << 20 : allocated >= 7 << 20)
    }

    @Test("a device that is claimed once is refused the second time, for reading and for writing")
    func exclusive() throws {
        try image(scratch["x.img"], mebibytes: 4)
        let loop = try LoopDevice(over: scratch["x.img"])
        let first = try RawDisk.openSource(loop.path)
        let error = #expect(throws: BlockDeviceError.self) { _ = try RawDisk.openTarget(loop.path) }
        #expect(error?.code == .inUse)
        #expect(error?.message.contains("another process has it open exclusively") == true)
        #expect(try first.bytes(0, 512).count == 512)
    }

    @Test("a write-protected device is no target")
    func readOnly() throws {
        try image(scratch["ro.img"], mebibytes: 4)
        let loop = try LoopDevice(over: scratch["ro.img"], readOnly: true)
        let error = #expect(throws: BlockDeviceError.self) { _ = try RawDisk.openTarget(loop.path) }
        #expect(error?.code == .unsupported || error?.code == .inputOutput)
        _ = try RawDisk.openSource(loop.path)
    }
}
