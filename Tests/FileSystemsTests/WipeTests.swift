import FileSystems
import Testing

/// THE test of a free-space reader: destroy all that it calls free, and let the file system's own tools judge.
@Suite(.serialized)
struct WipeTests {
    struct Case: CustomTestStringConvertible {
        var type: String
        var make: String
        var testDescription: String { make }
    }

    static let cases: [Case] = [
        Case(type: "ext4", make: "mke2fs -q -t ext4 -b 1024 i"),
        Case(type: "ext4", make: "mke2fs -q -t ext4 -b 2048 i"),
        Case(type: "ext4", make: "mke2fs -q -t ext4 -b 4096 i"),
        Case(type: "ext4", make: "mke2fs -q -t ext4 -b 4096 -O bigalloc -C 65536 i"),
        Case(
            type: "ext4", make: "mke2fs -q -t ext4 -b 4096 -O ^metadata_csum,uninit_bg,^64bit -E lazy_itable_init=1 i"),
        Case(type: "ext4", make: "mke2fs -q -t ext4 -b 1024 -O ^flex_bg,^sparse_super,meta_bg,^resize_inode i"),
        Case(type: "ext3", make: "mke2fs -q -t ext3 -b 4096 i"),
        Case(type: "ext2", make: "mke2fs -q -t ext2 -b 1024 i"),
        Case(type: "xfs", make: "mkfs.xfs -q i"),
        Case(type: "xfs", make: "mkfs.xfs -q -b size=1024 i"),
        Case(type: "xfs", make: "mkfs.xfs -q -m rmapbt=1,reflink=1 -d agcount=3 i"),
        Case(type: "ntfs", make: "mkntfs -q -Q -F i"),
        Case(type: "ntfs", make: "mkntfs -q -Q -F -c 512 i"),
        Case(type: "vfat", make: "mkfs.fat -F 32 -s 1 i"),
        Case(type: "vfat", make: "mkfs.fat -F 32 -s 8 i"),
        Case(type: "vfat", make: "mkfs.fat -F 16 -s 16 i"),
    ]

    @Test("a file system whose free space was destroyed has lost nothing", arguments: cases)
    func wiped(_ test: Case) throws {
        let scratch = try Scratch()
        let fill = test.type == "vfat" ? "make_fat i" : "make_mounted \(test.type) i"
        let free = try scratch.run("truncate -s 320M i\n\(test.make) >&2\n\(fill)\ncat i.free")
        let space = try freeSpace(at: scratch.path + "/i")
        #expect(space.notes.map(\.reason) == [nil], "\(space.notes)")
        #expect(space.isWellFormed)
        // Another tool's count: at most all of it, and all but what lies in grid blocks that are partly used.
        let numbers = free.split(whereSeparator: \.isWhitespace).compactMap { UInt64($0) }
        let expected = numbers[0] * numbers[1]
        #expect(space.bytes > expected / 10 * 9, "\(space.bytes) of \(expected)")
        #expect(space.bytes <= expected + expected / 10, "\(space.bytes) of \(expected)")

        try wipe(space.ranges, of: scratch.path + "/i")
        try scratch.run("judge \(test.type) i")
        if test.type != "vfat" { try scratch.run("refill \(test.type) i") }
    }

    @Test("the test notices when one used block was called free")
    func negativeControl() throws {
        let scratch = try Scratch()
        let block = try scratch.run(
            "truncate -s 320M i; mke2fs -q -t ext4 -b 4096 i; make_mounted ext4 i; debugfs -R 'bmap /d/g60 0' i")
        let used = try #require(UInt64(block.filter(\.isNumber))) * 4096
        let space = try freeSpace(at: scratch.path + "/i")
        #expect(!space.ranges.contains { $0.contains(used) })
        try wipe(space.ranges + [used..<used + 4096], of: scratch.path + "/i")
        #expect(throws: Scratch.Failure.self) { try scratch.run("judge ext4 i") }
    }
}
