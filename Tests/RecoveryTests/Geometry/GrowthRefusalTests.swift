import Buffers
import LinuxSystem
import Recovery
import Testing

/// Plans for disks of which nothing, or not all, may grow: on images with 128 MiB behind the last partition.
@Suite("What does not grow")
struct GrowthRefusalTests {
    private static let gpt = "-n1:2048:+127M -t1:8300"
    private static let mbr = "label: dos\\n2048,260096,83\\n"

    private func plan(_ fixture: BootFixture, _ growth: Growth? = Growth()) throws -> AdaptationPlan {
        try GeometryStep(growth).plan(fixture.system)
    }

    private func fixture(_ table: String) throws -> BootFixture {
        var fixture = try BootFixture(table)
        fixture.firmware = .bios
        return fixture
    }

    private func refuse(_ fixture: BootFixture, _ word: String, sourceLocation: SourceLocation = #_sourceLocation)
        throws
    {
        let plan = try plan(fixture)
        #expect(
            plan.changes.isEmpty && plan.warnings.contains { $0.contains(word) }, "\(plan)",
            sourceLocation: sourceLocation)
    }

    private func put(_ bytes: [UInt8], _ offset: UInt64, _ fixture: BootFixture) throws {
        try FileDescriptor(fixture.disk, [.write]).write(bytes, at: offset)
    }

    @Test("what is not known, or not grown here, is left alone, and what it is stands in the words")
    func contents() throws {
        let empty = try fixture(Self.gpt)
        try refuse(empty, "it holds nothing that is known")
        try BootFixture.run(["mkfs.vfat", "--offset", "2048", empty.disk, "1024"])
        try refuse(empty, "it is vfat")
        #expect(try plan(empty, nil).warnings.contains { $0.contains("it is vfat, which is left alone") })
    }

    @Test("a member of an array is left alone: its superblock may lie at its end")
    func member() throws {
        let fixture = try fixture(Self.mbr)
        // Version 1.2 (md_p.h): magic, major version, where it lies in sectors, and the sum of all words.
        var superblock = [UInt8](repeating: 0, count: 256)
        superblock.setLittleEndian(UInt32(0xa92b_4efc), at: 0)
        superblock.setLittleEndian(UInt32(1), at: 4)
        superblock.setLittleEndian(UInt64(8), at: 144)
        let sum = (0..<64).reduce(UInt64(0)) { $0 + UInt64(superblock.littleEndian(UInt32.self, at: 4 * $1)) }
        superblock.setLittleEndian(UInt32(truncatingIfNeeded: sum & 0xffff_ffff + sum >> 32), at: 216)
        try put(superblock, (2_048 + 8) * 512, fixture)
        try refuse(fixture, "it is part of an array")
    }

    @Test("of a LUKS container the partition grows, and what is in it is named as work that is left")
    func container() throws {
        let fixture = try fixture(Self.gpt)
        let luks = fixture.scratch["luks"]
        try BootFixture.run([
            "sh", "-c",
            "truncate -s 32M '\(luks)'; printf x | cryptsetup luksFormat -q --type luks2 --pbkdf pbkdf2 "
                + "--pbkdf-force-iterations 1000 '\(luks)' -; dd if='\(luks)' of='\(fixture.disk)' bs=1M seek=1 conv=notrunc",
        ])
        let plan = try plan(fixture)
        #expect(plan.changes.count == 4 && plan.warnings.contains { $0.contains("resize2fs") }, "\(plan)")
        try fixture.apply(plan.changes)
        #expect(try self.plan(fixture).changes.isEmpty)
        #expect(try BootFixture.run(["sgdisk", "-v", fixture.disk]).contains("No problems found"))
        #expect(try fixture.blocks(1).count * 512 == 254 << 20)
    }

    @Test("a file system on a whole disk grows without any table")
    func wholeDisk() throws {
        let fixture = try fixture(Self.gpt)
        try BootFixture.run(["sgdisk", "--zap-all", fixture.disk])
        try BootFixture.run(["mke2fs", "-q", "-F", "-t", "ext4", fixture.disk, "100M"])
        let plan = try plan(fixture)
        guard plan.changes.count == 2, case .growFileSystem(.disk(0), .ext4) = plan.changes[1].action else {
            Issue.record("\(plan)")
            return
        }
    }

    @Test("a file system that is larger than its partition is refused")
    func cutOff() throws {
        let fixture = try fixture(Self.gpt)
        let image = fixture.scratch["large.img"]
        try BootFixture.run(["mke2fs", "-q", "-t", "ext4", image, "200M"])
        try BootFixture.run(["dd", "if=\(image)", "of=\(fixture.disk)", "bs=1M", "seek=1", "count=8", "conv=notrunc"])
        try refuse(fixture, "does not fit into it")
        #expect(try GeometryStep(Growth()).prove(fixture.system).map(\.holds) == [false])
    }

    @Test("tables that are damaged, hybrid or contradict themselves are left alone")
    func tables() throws {
        let damaged = try fixture(Self.gpt)
        try put([0xff], 512 + 40, damaged)
        try refuse(damaged, "damaged")
        let hybrid = try fixture(Self.gpt)
        try BootFixture.run(["sgdisk", "-h", "1", hybrid.disk])
        try refuse(hybrid, "hybrid")
        let overlapping = try fixture(Self.mbr + "300000,20000,83\\n")
        try put([0, 0x10, 0, 0], 446 + 16 + 8, overlapping)
        try refuse(overlapping, "partitions 1 and 2 overlap")
        let circle = try fixture("label: dos\\n2048,4096,83\\n8192,100000,05\\n10240,4096,83\\n20480,4096,83\\n")
        // The first record's link leads back to itself.
        try put([5, 0, 0, 0, 0, 0, 0, 0], 8_192 * 512 + 466, circle)
        try refuse(circle, "chained in a way that is not understood")
    }
}
