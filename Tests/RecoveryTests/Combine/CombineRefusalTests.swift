import Recovery
import Repository
import Testing

@Suite("Several disks that do not go onto one are refused before anything is written", .serialized)
struct CombineRefusalTests {
    private static let one = "label: gpt\\nsize=16MiB, name=one\\n"

    @Test("without being asked for, one target for two disks is a mistake")
    func notAskedFor() throws {
        let fixture = try CombineFixture([(Self.one, 20), (Self.one, 20)])
        try fixture.capture()
        let error = try fixture.refusal(fixture.target(60 << 20)) { $0.combines = false }
        #expect(error.reason == .sameTargetTwice && error.message.contains("--combine"))
    }

    @Test("a partition that no entry is free for is refused, in a GPT and in an MBR")
    func tooMany() throws {
        let many = "label: gpt\\n" + (0..<120).map { _ in "size=64KiB\\n" }.joined()
        let more = "label: gpt\\n" + (0..<9).map { _ in "size=64KiB\\n" }.joined()
        let gpt = try CombineFixture([(many, 140), (more, 20)])
        try gpt.capture()
        let error = try gpt.refusal(gpt.target(200 << 20))
        #expect(error.reason == .cannotCombine && error.message.contains("the 128 partitions of a GPT"), "\(error)")

        let full = "label: dos\\nsize=1MiB\\nsize=1MiB\\nsize=1MiB\\nsize=1MiB\\n"
        let mbr = try CombineFixture([(full, 20), (Self.one, 20)])
        try mbr.capture()
        let second = try mbr.refusal(mbr.target(60 << 20))
        #expect(second.reason == .cannotCombine && second.message.contains("0 free entries"), "\(second)")
        // The other way round there is room.
        try mbr.restore(to: mbr.scratch["other.img"], order: [1, 0])
        try mbr.judgeTable(mbr.scratch["other.img"])
    }

    @Test("what knows its place on the disk is not moved, but may come first")
    func unmovable() throws {
        let fixture = try CombineFixture([(Self.one, 20), (Self.one, 20)])
        // exFAT's boot sector, as far as libblkid looks at it.
        try fixture.on(1, of: fixture.disks[1], "mkfs.exfat \"$dev\" >/dev/null")
        try fixture.capture()
        let error = try fixture.refusal(fixture.target(60 << 20))
        #expect(error.reason == .cannotCombine && error.message.contains("exfat knows where it lies"), "\(error)")
        try fixture.restore(to: fixture.scratch["other.img"], order: [1, 0])
        try fixture.judge(1, of: fixture.scratch["other.img"], is: 1, of: 1)
    }

    @Test("members of an array that come to lie on one disk are warned of")
    func arrays() {
        let mirror = SourceArray(name: "web01:0", level: ArrayLevel(1), memberCount: 2, disks: [0, 1])
        #expect(mirror.warning(combining: [0, 1])?.contains("no longer stands in for a disk that fails") == true)
        #expect(mirror.warning(combining: [0, 1])?.contains("leave all but one of these disks out") == true)
        #expect(mirror.warning(combining: [0, 2]) == nil)
        let striped = SourceArray(name: "web01:1", level: ArrayLevel(0), memberCount: 2, disks: [0, 1])
        #expect(striped.warning(combining: [0, 1]) == nil)
    }
}
