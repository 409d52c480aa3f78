import ProgramHarness
import Testing

/// File systems made by their own tools, judged by their own tools, on targets with a past.
@Suite struct FileSystemTests {
    struct Kind: Sendable, CustomTestStringConvertible {
        let name: String
        let megabytes: Int
        /// Makes the file system with files on ./disk, which is full of garbage, and writes ./sums.
        let make: String
        /// Fails unless ./t is sound and its files are those of ./sums.
        let check: String
        let free: @Sendable (Scratch) throws -> [Range<Int>]
        var testDescription: String { name }
    }

    private static func ext(_ block: Int) -> Kind {
        Kind(
            name: "ext4 with blocks of \(block)", megabytes: 32,
            make:
                "files src; sums src > sums; mke2fs -q -t ext4 -b \(block) -E nodiscard,lazy_itable_init=0 -d src disk",
            check: """
                e2fsck -fn t >&2; mkdir out; debugfs -R 'rdump / out' t 2>&1; rmdir out/lost+found
                sums out | cmp - sums
                """,
            free: { try FreeSpace.ext($0("disk"), in: $0) })
    }

    private static let kinds = [
        ext(1024), ext(4096),
        Kind(
            name: "xfs", megabytes: 304,
            make: """
                files src; sums src > sums; mkfs.xfs -q -f -K disk; mkdir m
                mount -o loop disk m; cp -a src/. m/; umount m; released disk
                """,
            check: """
                xfs_repair -n t >&2; mount -o loop,ro,norecovery,nouuid t m; sums m > now; umount m; cmp now sums
                """,
            free: { try FreeSpace.partclone("xfs", $0("disk"), in: $0) }),
        Kind(
            name: "vfat", megabytes: 40,
            make: "files src; sums src > sums; mkfs.vfat -F 32 disk > .mkfs; mcopy -i disk -s src/* ::",
            check: "fsck.fat -n t >&2; mkdir out; mcopy -i t -s -n '::*' out; sums out | cmp - sums",
            free: { try FreeSpace.partclone("fat", $0("disk"), in: $0) }),
        Kind(
            name: "ntfs", megabytes: 40,
            make: """
                files src; sums src > sums; mkntfs -F -Q -q disk; mkdir m
                ntfs-3g disk m; cp -r src/. m/; umount m
                """,
            check: "ntfsfix -n t >&2; ntfs-3g -o ro t m; sums m > now; umount m; cmp now sums",
            free: { try FreeSpace.partclone("ntfs", $0("disk"), in: $0) }),
        Kind(
            // The header takes one page, of 64 KiB on the machines with the largest ones.
            name: "swap", megabytes: 16, make: "mkswap disk > .mkswap; swaplabel disk > sums",
            check: "swaplabel t | cmp - sums", free: { _ in [65_536..<16 << 20] }),
    ]

    @Test("used blocks come back, free ones are zero and were not stored", arguments: kinds)
    func roundTrip(kind: Kind) throws {
        let scratch = try Scratch()
        let repository = try scratch.newRepository()
        let size = kind.megabytes << 20
        // Garbage of which no two megabytes are alike.
        let garbage = Disk.random(1 << 20, seed: 4711)
        for number in 0..<kind.megabytes {
            try Disk.write(
                garbage.map { $0 &+ UInt8(truncatingIfNeeded: number) }, to: scratch("disk"), at: number << 20)
        }
        try scratch.sh(kind.make)
        let captured = try scratch.read("disk")
        let free = try kind.free(scratch)
        let report = try scratch.capture("disk")
        #expect(report["warnings"].list == [])
        let unused = free.reduce(0) { $0 + $1.count }
        #expect((report["dataBytes"].int ?? .max) <= size - unused + free.count * 8192, "\(report["notes"])")
        // One case in each direction: a target of the same size and a larger one.
        try SoiledDisk.make("t", bytes: size + ((kind.megabytes % 3) << 19), in: scratch)
        let restored = try scratch.restore(from: repository, to: "t").expecting(0).json()
        #expect(restored["adapted"].list == [])
        #expect(Judge.complaints(captured: captured, restored: try scratch.read("t"), free: free) == [])
        try scratch.sh("truncate -s \(size) t\n" + kind.check)
        #expect(try scratch.lifeboat("verify", "--repository", repository, "--deep").status == 0)
    }

    @Test("a logical volume over two disks comes back with both")
    func logicalVolume() throws {
        let scratch = try Scratch()
        let repository = try scratch.newRepository()
        for disk in ["disk0", "disk1"] { try Disk.write([UInt8](repeating: 0x5A, count: 48 << 20), to: scratch(disk)) }
        let loops = [try scratch.loop("disk0"), try scratch.loop("disk1")]
        // Eleven extents of 4 MiB behind the first MiB of each: the volume takes all of the first disk and 4 of the second.
        try scratch.sh(
            """
            both='\(loops[0]) \(loops[1])'; wipe='--clear'
            lvm2 "$both" pvcreate -y $both > .log; lvm2 "$both" vgcreate -s 4M group $both >> .log
            lvm2 "$both" lvcreate -an -Zn -Wn -y -l 15 -n root group $both >> .log
            lvm2 "$both" pvs --segments --noheadings -o pv_name,pvseg_start,pvseg_size,lv_name > segments
            grep -Eq '\(loops[0]) +0 +11 +root' segments && grep -Eq '\(loops[1]) +0 +4 +root' segments
            files src; sums src > sums; garbage volume 62914560
            mke2fs -q -t ext4 -E nodiscard,lazy_itable_init=0 -d src volume
            dd if=volume of=\(loops[0]) bs=1M count=44 seek=1 status=none conv=fsync
            dd if=volume of=\(loops[1]) bs=1M skip=44 seek=1 status=none conv=fsync
            losetup -d \(loops[0]); losetup -d \(loops[1])
            """)
        let inVolume = try FreeSpace.ext(scratch("volume"), in: scratch)
        let border = 44 << 20
        let shift = 1 << 20
        let free = [
            inVolume.map { $0.clamped(to: 0..<border) }.map { $0.lowerBound + shift..<$0.upperBound + shift },
            inVolume.map { $0.clamped(to: border..<60 << 20) }
                .map { $0.lowerBound - border + shift..<$0.upperBound - border + shift } + [17 << 20..<45 << 20],
        ].map { $0.filter { !$0.isEmpty } }
        let report = try scratch.capture("disk0", "disk1")
        #expect((report["dataBytes"].int ?? .max) < 16 << 20, "\(report["notes"])")
        for disk in ["t0", "t1"] { try SoiledDisk.make(disk, bytes: 48 << 20, in: scratch) }
        let targets = [try scratch.loop("t1"), try scratch.loop("t0")]
        let words = ["--disk", "0=\(targets[1])", "--disk", "1=\(targets[0])"]
        let confirmed = targets.flatMap { ["--confirm", "\(48 << 20) \($0)"] }
        _ = try scratch.lifeboat(["restore", "web01", "--repository", repository] + words + confirmed).expecting(0)
        for number in 0..<2 {
            let restored = try Disk.read(targets[1 - number])
            let captured = try scratch.read("disk\(number)")
            #expect(
                Judge.complaints(captured: captured, restored: restored, free: free[number]) == [], "disk \(number)")
        }
        try scratch.sh(
            """
            both='\(targets[1]) \(targets[0])'
            lvm2 "$both" vgs --noheadings -o vg_name,pv_count,vg_missing_pv_count group | grep -Eq 'group +2 +0'
            lvm2 "$both" vgck group
            { dd if=\(targets[1]) bs=1M skip=1 count=44 status=none
                dd if=\(targets[0]) bs=1M skip=1 count=16 status=none; } > now
            e2fsck -fn now >&2; mkdir out; debugfs -R 'rdump / out' now 2>&1; rmdir out/lost+found; sums out | cmp - sums
            """)
    }
}
