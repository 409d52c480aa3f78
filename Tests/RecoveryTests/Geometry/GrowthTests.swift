import LinuxSystem
import Recovery
import Testing

@Suite("Growing")
enum GrowingTests {}

extension GrowingTests {
    /// Disks that are larger than what was restored to them.
    @Suite("A larger disk")
    struct GrowthTests {
        static let gpt = "label: gpt\\n2048,65536\\n67584,\\n"
        static let mbr = "label: dos\\n2048,65536,83\\n67584,,83\\n"

        @Test(
            "the last partition and its file system grow, and every file is as it was",
            arguments: [(gpt, "ext4"), (gpt, "xfs"), (gpt, "btrfs"), (mbr, "ext4")])
        func grows(table: String, type: String) throws {
            var fixture = try GrowthFixture(table, mebibytes: 400)
            let sums = try fixture.fill(2, type)
            try fixture.enlarge(to: 700)
            let start = try fixture.place(2)
            let told = try fixture.look(nil)
            #expect(told.changes.isEmpty && told.warnings.contains { $0.contains("--grow uses them") }, "\(told)")
            let dry = try fixture.look(Growth())
            #expect(
                dry.changes.contains { $0.contains("become \(table == Self.gpt ? 666 : 667).0 MiB") }, "\(dry.changes)")
            #expect(try fixture.place(2) == start, "a dry run changed the table")
            let step = try fixture.grow()
            #expect(step.failure == nil && step.changes == dry.changes && step.proofs.allSatisfy(\.holds), "\(step)")
            let (offset, length) = try fixture.place(2)
            #expect(offset == start.offset)
            #expect((offset + length) % (1 << 20) == 0 && fixture.size - offset - length <= 2 << 20)
            let found = try fixture.judge(2, type)
            #expect(found.sums == sums)
            #expect(found.size > length / 10 * 9, "\(found.size) of \(length)")
            #expect(try fixture.look(nil).warnings.isEmpty)
        }

        @Test("a GPT whose backup is not at the end is moved there first")
        func movesBackup() throws {
            var fixture = try GrowthFixture(Self.gpt)
            let sums = try fixture.fill(2, "ext4")
            try fixture.enlarge(to: 600, movesBackup: false)
            #expect(try fixture.grow().failure == nil)
            #expect(try fixture.judge(2, "ext4").sums == sums)
            #expect(try fixture.place(2).length > 500 << 20)
        }

        @Test(
            "a logical partition grows with the extended one that holds it",
            arguments: ["67584,100000,83\\n", "67584,100000,83\\n170000,100000,83\\n"])
        func logical(rows: String) throws {
            var fixture = try GrowthFixture("label: dos\\n2048,40960,83\\n65536,,05\\n\(rows)")
            let last = rows.contains("170000") ? 6 : 5
            let sums = try fixture.fill(last, "ext4")
            try fixture.enlarge(to: 600)
            let step = try fixture.grow()
            #expect(step.failure == nil, "\(step)")
            #expect(try fixture.judge(last, "ext4").sums == sums)
            let (offset, length) = try fixture.place(last)
            #expect(offset + length == 600 << 20)
            if last == 6 { #expect(try fixture.place(5).length == 100_000 * 512) }
        }

        @Test("a disk of the same size is left alone, byte for byte")
        func sameSize() throws {
            let fixture = try GrowthFixture(Self.gpt)
            _ = try fixture.fill(2, "ext4")
            let digest = try GrowthFixture.run("openssl dgst -sha256 '\(fixture.disk)'")
            let step = try fixture.grow()
            #expect(step.changes.isEmpty && step.warnings.isEmpty, "\(step)")
            #expect(try GrowthFixture.run("openssl dgst -sha256 '\(fixture.disk)'") == digest)
        }

        @Test("swap at the end is left alone, and so is what lies before it")
        func swap() throws {
            var fixture = try GrowthFixture("label: gpt\\n2048,600000\\n602112,\\n")
            _ = try fixture.fill(1, "ext4")
            try fixture.onPartition(2, "mkswap -q \"$dev\"")
            try fixture.enlarge(to: 600)
            let digest = try GrowthFixture.run("openssl dgst -sha256 '\(fixture.disk)'")
            let step = try fixture.grow()
            #expect(step.changes.isEmpty && step.warnings.contains { $0.contains("it is swap") }, "\(step)")
            #expect(try fixture.look(nil).warnings.contains { $0.contains("swap, which is left alone") })
            #expect(try GrowthFixture.run("openssl dgst -sha256 '\(fixture.disk)'") == digest)
        }

        @Test("cut off after the table, the next run goes on with the file system")
        func interrupted() throws {
            var fixture = try GrowthFixture(Self.gpt)
            let sums = try fixture.fill(2, "ext4")
            try fixture.enlarge(to: 600)
            try GrowthFixture.run("echo ',+' | sfdisk -q --no-reread -N 2 '\(fixture.disk)' 2>/dev/null")
            let small = try fixture.judge(2, "ext4")
            #expect(small.sums == sums && small.size < 400 << 20)
            #expect(try fixture.look(nil).warnings.contains { $0.contains("unused") })
            let step = try fixture.grow()
            #expect(step.failure == nil && !step.changes.contains { $0.contains("GPT") }, "\(step)")
            let grown = try fixture.judge(2, "ext4")
            #expect(grown.sums == sums && grown.size > 500 << 20)
        }

        private static func files(_ sums: String) -> Set<Substring> { Set(sums.split(separator: "\n")) }

        @Test("what was captured while it was mounted grows all the same", arguments: ["ext4", "xfs", "btrfs"])
        func live(type: String) throws {
            var fixture = try GrowthFixture(Self.gpt, mebibytes: 400)
            let sums = try fixture.fill(2, type, whileMounted: true)
            try fixture.enlarge(to: 600)
            let step = try fixture.grow()
            #expect(step.failure == nil, "\(step)")
            let found = try fixture.judge(2, type)
            #expect(Self.files(found.sums).isSuperset(of: Self.files(sums)) && found.sums.contains("data/log"))
            #expect(found.size > 480 << 20)
        }

        @Test(
            "cut off after any write to the table, the partition is there with its files",
            arguments: [gpt, "label: dos\\n2048,40960,83\\n65536,,05\\n67584,100000,83\\n170000,100000,83\\n"])
        func cut(table: String) throws {
            var fixture = try GrowthFixture(table)
            let number = table == Self.gpt ? 2 : 6
            let sums = try fixture.fill(number, "ext4")
            try fixture.enlarge(to: 500)
            let old = try fixture.place(number)
            let machine = fixture.request.machine
            let plan = try GeometryStep(Growth()).plan(
                RestoredSystem(tree: SystemTree(root: "/nonexistent"), volumes: [], machine: machine, source: nil))
            var writes = 0
            for change in plan.changes {
                guard case .writeDisk(_, let offset, let bytes) = change.action else { continue }
                try FileDescriptor(fixture.disk, [.write]).write(bytes, at: offset)
                writes += 1
                let place = try fixture.place(number)
                #expect(place.offset == old.offset && place.length >= old.length, "after write \(writes): \(place)")
                #expect(try fixture.judge(place.offset, place.length, "ext4").sums == sums)
            }
            #expect(writes == (number == 2 ? 4 : 3))
            #expect(try fixture.place(number).length > old.length)
            #expect(try fixture.grow().failure == nil)
            #expect(try fixture.judge(number, "ext4").sums == sums)
        }

        @Test("a damaged file system stops everything before the table is changed")
        func damaged() throws {
            var fixture = try GrowthFixture(Self.gpt)
            _ = try fixture.fill(2, "ext4")
            try fixture.onPartition(
                2,
                "debugfs -w -R 'set_inode_field /data/file-3 block[0] 99999999' \"$dev\" 2>/dev/null; debugfs -w -R 'clri /data' \"$dev\" 2>/dev/null"
            )
            try fixture.enlarge(to: 600)
            let before = try fixture.place(2)
            var request = fixture.request
            request.growth = Growth()
            let report = try Adaptation.run(request)
            let step = try #require(report.steps.last)
            #expect(step.failure?.contains("e2fsck") == true && step.changes.isEmpty, "\(step)")
            #expect(!report.isComplete && report.text.contains("FAILED"))
            #expect(try fixture.place(2) == before)
        }
    }
}
