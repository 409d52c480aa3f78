import BlockDevices
import FileSystems
import Testing

/// Block devices, which are open exclusively while tools look at them.
@Suite(.serialized)
struct DeviceTests {
    @Test("volumes of a block device that is held exclusively are read by tools", arguments: ["xfs", "ntfs", "ext4"])
    func heldDevice(_ type: String) throws {
        let scratch = try Scratch()
        let make = ["xfs": "mkfs.xfs -q i", "ntfs": "mkntfs -q -Q -F i", "ext4": "mke2fs -q -t ext4 i"][type] ?? ""
        let device = try scratch.run(
            "truncate -s 320M i d; \(make) >&2; truncate -s 400M d; echo 'start=8MiB, size=320MiB' | sfdisk -q d >&2;"
                + "copy i 0 d 8 320; losetup --show -f d"
        ).filter { !$0.isWhitespace }
        defer { _ = try? scratch.run("losetup -d \(device)") }
        let space = try freeSpace(at: device)
        #expect(space.notes.map(\.reason) == [nil], "\(space.notes)")
        #expect(space.notes.map(\.type) == [type])
        #expect(space.ranges.allSatisfy { $0.lowerBound >= 8 << 20 && $0.upperBound <= 328 << 20 })
        let attached = try scratch.run("losetup -l -n -O NAME,BACK-FILE")
        #expect(!attached.contains("\(device)\n") && !attached.hasSuffix(" \(device)"), "a loop device was left behind")
    }
}
