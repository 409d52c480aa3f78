import BlockDevices
import Buffers
import LinuxSystem
import Recovery
import Repository
import Testing

@Suite("Backing devices of bcache without their cache are warned of")
struct CacheTests {
    /// A superblock as the kernel's `bcache.h` has it, 4 KiB into a device of 4 MiB.
    private static func device(version: UInt64, flags: UInt64 = 0, uuid: UInt8) -> [UInt8] {
        var block = [UInt8](repeating: 0, count: 4096)
        block.setLittleEndian(UInt64(8), at: 8)  // own place, in sectors
        block.setLittleEndian(version, at: 16)
        let magic: [UInt64] = [0xca45_1a4e_f673_85c6, 0x816d_ba48_7ff5_6582]
        for (index, word) in magic.enumerated() { block.setLittleEndian(word, at: 24 + 8 * index) }
        block.replaceSubrange(40..<56, with: repeatElement(uuid, count: 16))
        block.replaceSubrange(56..<72, with: repeatElement(0x5e, count: 16))  // the set
        block.setLittleEndian(flags, at: 104)
        block.setLittleEndian(checksum(block[8..<208]), at: 0)
        let front = [UInt8](repeating: 0, count: 4096)
        return front + block + Content.random((4 << 20) - 8192, seed: UInt64(uuid))
    }

    /// CRC-64/WE, which bcache uses.
    static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        var sum = UInt64.max
        for byte in bytes {
            sum ^= UInt64(byte) << 56
            for _ in 0..<8 {
                let isSet = sum >> 63 == 1
                sum <<= 1
                if isSet { sum ^= 0x42f0_e1eb_a9ea_3693 }
            }
        }
        return ~sum
    }

    private static let writeBack: UInt64 = 1
    private static let dirty: UInt64 = 2 << 61
    private static let clean: UInt64 = 1 << 61

    private func warnings(
        _ disks: [[UInt8]], restoring numbers: [UInt32]
    ) throws -> [String] {
        let host = try TestHost(disks)
        var request = try host.request()
        request.mapping = numbers.map { DiskAssignment(source: $0, target: "target\($0)") }
        let targets = disks.indices.map { MemoryDisk("target\($0)", size: disks[$0].count) }
        return try Restore.prepare(request, targets: .memory(targets)).plan.warnings.filter { $0.contains("bcache") }
    }

    @Test("libblkid takes the devices of this test for bcache")
    func judged() throws {
        let scratch = try ScratchDirectory()
        try Files.write(Self.device(version: 1, flags: Self.dirty, uuid: 1), to: scratch["b"])
        let said = try GrowthFixture.run("blkid -p -s TYPE -o value '\(scratch["b"])'")
        #expect(said == "bcache\n")
    }

    @Test("what the cache holds alone would be lost: the plan says so, unless the cache is restored too")
    func dirty() throws {
        let disks = [
            Self.device(version: 3, uuid: 1),
            Self.device(version: 1, flags: Self.dirty | Self.writeBack, uuid: 2),
        ]
        let alone = try warnings(disks, restoring: [1])
        #expect(alone.count == 1)
        #expect(
            alone.first?.contains("disk 1 is a backing device of bcache whose cache held data that is NOWHERE") == true)
        #expect(
            alone.first?.contains("(write-back)") == true && alone.first?.contains("Restore disk 0 as well.") == true)
        #expect(try warnings(disks, restoring: [0, 1]).isEmpty)
        #expect(try warnings(disks, restoring: [0]).isEmpty)
    }

    @Test(
        "a clean one only waits for its cache; one without a cache needs none; a cache that was not captured is missed")
    func others() throws {
        let cache = Self.device(version: 3, uuid: 1)
        let clean = try warnings([cache, Self.device(version: 1, flags: Self.clean, uuid: 2)], restoring: [1])
        #expect(clean.first?.contains("Nothing is lost") == true, "\(clean)")
        #expect(try warnings([cache, Self.device(version: 1, uuid: 2)], restoring: [1]).isEmpty)
        let single = try warnings([Self.device(version: 4, flags: Self.dirty, uuid: 2)], restoring: [0])
        #expect(single.first?.contains("its cache was not captured") == true, "\(single)")
    }

    @Test("what is no superblock is none")
    func nothing() {
        let block = Array(Self.device(version: 1, flags: Self.dirty, uuid: 1)[4096..<4608])
        #expect(CacheSuperblock(block)?.kind == .backing(.dirty, isWriteBack: false))
        #expect(CacheSuperblock(Array(block.prefix(100))) == nil)
        var other = block
        other[30] ^= 1
        #expect(CacheSuperblock(other) == nil)
        other = block
        other[16] = 9
        #expect(CacheSuperblock(other) == nil)
    }
}
