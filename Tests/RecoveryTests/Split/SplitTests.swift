import Inventory
import LinuxSystem
import Recovery
import RepositoryFormat
import Testing

@Suite("A disk divided among several", .serialized)
struct SplitTests {
    @Test(
        "a volume group goes on over two or three disks; its volumes stay, bit for bit, and so does what lies in front of it",
        arguments: [[64, 70], [48, 40, 60]], [true, false])
    func divides(sizes: [Int], isGPT: Bool) throws {
        let table =
            isGPT ? "label: gpt\\nsize=16M, type=linux\\ntype=lvm\\n" : "label: dos\\nsize=16M, type=83\\ntype=8e\\n"
        let fixture = try SplitFixture(table: table)
        let targets = try fixture.targets(sizes)
        let report = try fixture.restore(to: targets)
        #expect(report.isVerified && report.disks.map(\.source) == sizes.map { _ in 0 })
        let places = targets.enumerated().map { (image: $0.element, partition: $0.offset == 0 ? 2 : 1) }
        let before = try fixture.sums([(fixture.disk, 2)])
        let after = try fixture.sums(places)
        #expect(before == after && before.split(separator: "\n").count == 2)
        // Their own volume is on each, and lvm finds nothing wrong.
        let said = try fixture.withVolumes(
            places,
            "lvm_ vgck vg0; lvm_ vgs --noheadings -o pv_count,vg_missing_pv_count vg0; lvm_ pvck $devices >/dev/null")
        #expect(said.split(whereSeparator: \.isWhitespace) == ["\(sizes.count)", "0"])
        let boot = try GrowthFixture.place(1, of: fixture.disk)
        try GrowthFixture.run(
            "cmp -n \(boot.length) -i \(boot.offset):\(boot.offset) '\(fixture.disk)' '\(targets[0])'; "
                + "cmp -n 440 '\(fixture.disk)' '\(targets[0])'")
        for target in targets {
            #expect(try GrowthFixture.run("sfdisk --verify '\(target)' 2>&1").contains("No errors detected"))
        }
        // Run again, nothing is to be done but what lvm writes with the time of day.
        let again = try fixture.restore(to: targets)
        #expect(again.disks.reduce(0) { $0 + $1.writtenBytes } < 4 << 20)
        #expect(try fixture.sums(places) == before)
    }

    @Test("a restore that did not end is known by each of its targets, and goes on there")
    func interrupted() throws {
        let fixture = try SplitFixture()
        let targets = try fixture.targets([64, 70])
        let asked = Looks()
        let error = try fixture.refusal(targets) { $0.isInterrupted = { asked.next() > 40 } }
        #expect(error.wroteAnything, "\(error)")
        let notes = try targets.map { try #require(RestoreNote.read(at: $0)) }
        #expect(notes.map(\.part) == [0, 1] && notes.allSatisfy { $0.source == 0 && $0.parts.count == 2 })
        #expect(try fixture.restore(to: targets).isVerified)
        let places = targets.enumerated().map { (image: $0.element, partition: $0.offset == 0 ? 2 : 1) }
        #expect(try fixture.sums(places) == fixture.sums([(fixture.disk, 2)]))
        #expect(targets.allSatisfy { RestoreNote.read(at: $0) == nil })
    }

    @Test("the plan says what goes where, and that the group then needs all disks")
    func plan() throws {
        let fixture = try SplitFixture()
        let targets = try fixture.targets([64, 70])
        let text = try Restore.prepare(fixture.request(targets)).plan.text
        for words in [
            "  disk 0", "  the rest of disk 0", "continues the physical volume of LVM", "shrunk",
            "the rest of it, becomes 1",
            "Warning: the volume group of disk 0 will need all of",
        ] { #expect(text.contains(words), "\(words) in \(text)") }
    }

    @Test("what cannot be divided is refused before a target is touched, with the reason")
    func refusals() throws {
        let fixture = try SplitFixture()
        for (sizes, words) in [
            ([64, 40], "bytes are missing"), ([12, 200], "name a larger disk first"),
            ([120, 64], "give it alone, with --fit"),
            ([64, 70, 64], "is not needed: leave it out"), ([64, 2], "has no room for one extent"),
        ] {
            let targets = try fixture.targets(sizes)
            let before = try GrowthFixture.run("sha256sum \(targets.joined(separator: " "))")
            let error = try fixture.refusal(targets)
            #expect(error.message.contains(words) && error.message.contains("Nothing was written"), "\(error)")
            #expect(!error.wroteAnything)
            #expect(try GrowthFixture.run("sha256sum \(targets.joined(separator: " "))") == before)
        }
        let targets = try fixture.targets([64, 70])
        #expect(try fixture.refusal(targets) { $0.split = nil }.message.contains("--split"))
        #expect(try fixture.refusal([targets[0], targets[0]]).message.contains("two targets at once"))
        #expect(try fixture.refusal([targets[0], fixture.scratch["new.img"]]).message.contains("has no size"))
    }

    @Test(
        "only LVM in the last partition, alone in its group, can be divided",
        arguments: [
            ("label: gpt\\nsize=16M\\nsize=100M\\n", 0, "", "last partition is a physical volume of LVM"),
            (
                "label: gpt\\nsize=100M, type=lvm\\nsize=8M\\n", 1, SplitFixture.volumes,
                "last partition is a physical volume"
            ),
            ("label: gpt\\nsize=8M\\ntype=lvm\\n", 2, "", "belongs to no volume group"),
        ])
    func layouts(table: String, last: Int, volumes: String, words: String) throws {
        let fixture = try SplitFixture(table: table, last: last, volumes: volumes)
        let error = try fixture.refusal(fixture.targets([64, 70]))
        #expect(error.message.contains(words) && !error.wroteAnything, "\(error)")
    }
}
