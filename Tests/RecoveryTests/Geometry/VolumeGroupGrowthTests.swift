import LinuxSystem
import Recovery
import Testing

extension GrowingTests {
    /// A root on a logical volume, grown by the real lvm without device mapper: volumes stay inactive, and one linear volume is
    /// reached where it lies. Judged by lvm itself, e2fsck and checksums.
    @Suite("A volume group on a larger disk")
    struct VolumeGroupGrowthTests {
        private static let extent: UInt64 = 4 << 20

        /// A GPT whose second partition is the physical volume of `lbg`, which holds `root` alone.
        private struct Group {
            var fixture: GrowthFixture
            let sums: String

            init() throws {
                fixture = try GrowthFixture(GrowingTests.GrowthTests.gpt)
                try fixture.onPartition(
                    2,
                    """
                    \(VolumeGroupGrowthTests.lvm)
                    pvcreate -q "${config[@]}" "$dev"; vgcreate -q "${config[@]}" lbg "$dev"
                    lvcreate -q "${config[@]}" -an -Zn -Wn -n root -L 100M lbg
                    """)
                let root = try fixture.place(2).offset + 1 << 20
                sums = try fixture.onRange(
                    root, 100 << 20,
                    "\(fixture.make("ext4")) \"$dev\"; mount \"$dev\" \"$dir\"; \(fixture.root)")
            }

            /// Sizes as lvm tells them: the physical volume, the logical one, free.
            func sizes() throws -> [UInt64] {
                let text = try fixture.onPartition(
                    2,
                    """
                    \(VolumeGroupGrowthTests.lvm)
                    o=(--noheadings --units b --nosuffix); pvck -q "${config[@]}" "$dev" >&2; vgck "${config[@]}" lbg
                    pvs "${config[@]}" "${o[@]}" -o pv_size; lvs "${config[@]}" "${o[@]}" -o lv_size lbg; vgs "${config[@]}" "${o[@]}" -o vg_free
                    """)
                return text.split(whereSeparator: \.isWhitespace).compactMap { UInt64($0) }
            }
        }

        private static let lvm = """
            exec 2> >(grep -v leaked >&2)
            config=(--config "global{activation=0} devices{use_devicesfile=0 filter=[\\"a|^$dev\\$|\\",\\"r|.*|\\"]} backup{backup=0 archive=0}")
            """

        @Test("--grow enlarges partition and physical volume; what is free is told of and left to the group")
        func physicalVolume() throws {
            var group = try Group()
            try group.fixture.enlarge(to: 600)
            #expect(try group.fixture.look(nil).warnings.contains { $0.contains("(LVM)") && $0.contains("--grow") })
            let step = try group.fixture.grow()
            #expect(step.failure == nil && step.warnings.contains { $0.contains("--grow-volume root") }, "\(step)")
            let length = try group.fixture.place(2).length
            let sizes = try group.sizes()
            #expect(length > 550 << 20 && length - sizes[0] < 3 * Self.extent, "\(sizes)")
            #expect(sizes[1] == 100 << 20 && sizes[2] == sizes[0] - sizes[1])
            try group.fixture.judgeTable()
            let found = try group.fixture.judge(try group.fixture.place(2).offset + 1 << 20, 100 << 20, "ext4")
            #expect(found.sums == group.sums)
        }

        @Test("--grow-volume gives all that is free to the root and its file system", arguments: ["root", "lbg/root"])
        func logicalVolume(name: String) throws {
            var group = try Group()
            try group.fixture.enlarge(to: 600)
            let step = try group.fixture.grow(Growth(logicalVolume: name))
            #expect(step.failure == nil && step.warnings.isEmpty, "\(step)")
            let sizes = try group.sizes()
            #expect(sizes[0] > 550 << 20 && sizes[1] == sizes[0] && sizes[2] == 0, "\(sizes)")
            try group.fixture.judgeTable()
            let found = try group.fixture.judge(try group.fixture.place(2).offset + 1 << 20, sizes[1], "ext4")
            #expect(found.sums == group.sums && found.size > 500 << 20)
        }

        @Test("a volume that is not there is refused by name, and the system is adapted all the same")
        func unknown() throws {
            let group = try Group()
            var request = group.fixture.request
            request.growth = Growth(logicalVolume: "lbg/data")
            let report = try Adaptation.run(request)
            #expect(report.steps.last?.failure?.contains("there are lbg/root") == true, "\(report.text)")
            #expect(try group.sizes()[1] == 100 << 20)
        }
    }
}
