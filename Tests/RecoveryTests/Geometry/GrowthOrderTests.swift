import LinuxSystem
import Recovery
import Testing

extension GrowingTests {
    /// A BIOS system on a larger disk of a UEFI machine wants the free room twice: for an EFI system partition and for its root.
    @Suite("Growing beside a new EFI system partition")
    struct GrowthOrderTests {
        private static let start: UInt64 = 4_096 * 512

        private func fixture() throws -> BootFixture {
            let fixture = try BootFixture("-n1:2048:+1M -t1:ef02 -n2:0:+64M -t2:8300", sizeMiB: 1_200, rootPartition: 2)
            try fixture.fillRescue()
            try fixture.put("init", "/usr/lib/systemd/systemd")
            try fixture.fill(2)
            return fixture
        }

        private func grow(_ fixture: BootFixture) throws -> AdaptationReport.Step {
            var request = Adaptation.Request(machine: fixture.system.machine)
            request.isThisMachine = false
            request.skipped = ["configuration", "network", "initramfs", "bootloader"]
            request.growth = Growth()
            return try #require(try Adaptation.run(request).steps.last)
        }

        private func judge(_ fixture: BootFixture) throws {
            #expect(try BootFixture.run(["sgdisk", "-v", fixture.disk]).contains("No problems found"))
            let root = try fixture.blocks(2)
            let esp = try fixture.blocks(3)
            #expect(root.count * 512 > 600 << 20 && esp.count * 512 == 512 << 20)
            #expect(root.start + root.count == esp.start)
            try BootFixture.run(["fsck.vfat", "-n", try fixture.partition(3)])
            try BootFixture.run(["e2fsck", "-fn", try fixture.partition(2)])
            #expect(try fixture.red().isEmpty)
        }

        @Test("the partition comes first: it lies at the disk's end, and the root grows up to it")
        func afterwards() throws {
            let fixture = try fixture()
            try fixture.adapt()
            let step = try grow(fixture)
            #expect(step.failure == nil && !step.changes.isEmpty, "\(step)")
            try judge(fixture)
        }

        @Test("growing comes first: it leaves the room that the partition needs")
        func before() throws {
            let fixture = try fixture()
            let step = try grow(fixture)
            #expect(step.failure == nil && !step.changes.isEmpty, "\(step)")
            try fixture.adapt()
            #expect(try fixture.blocks(3).count * 512 == 512 << 20)
            let rest = try grow(fixture)
            #expect(rest.changes.isEmpty && rest.warnings.isEmpty, "\(rest)")
            try BootFixture.run(["e2fsck", "-fn", try fixture.partition(2)])
            #expect(try fixture.red().isEmpty)
        }

        @Test("an MBR ends at 2^32 blocks, and what lies behind is told of")
        func limit() throws {
            var fixture = try GrowthFixture(GrowingTests.GrowthTests.mbr)
            _ = try fixture.fill(2, "ext4")
            try fixture.enlarge(to: 3 << 20)
            let step = try fixture.look(Growth())
            #expect(step.warnings.contains { $0.contains("1.0 TiB at the disk's end stay unused") }, "\(step)")
            #expect(step.changes.contains { $0.contains("becomes 2.0 TiB") }, "\(step)")
            let plan = try GeometryStep(Growth()).plan(
                RestoredSystem(
                    tree: SystemTree(root: "/nonexistent"), volumes: [], machine: fixture.request.machine, source: nil))
            let lengths = plan.changes.compactMap { change -> [UInt8]? in
                guard case .writeDisk(0, 446 + 16 + 12, let bytes) = change.action else { return nil }
                return bytes
            }
            // 2^32 blocks less one, down to a multiple of a mebibyte, less the start.
            let expected = UInt32(0xffff_f800 - 67_584)
            #expect(lengths == [(0..<4).map { UInt8(truncatingIfNeeded: expected >> (8 * $0)) }])
        }
    }
}
