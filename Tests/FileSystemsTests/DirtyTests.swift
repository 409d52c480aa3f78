import FileSystems
import Testing

/// What is not clean, or not understood, is captured whole and says why: nothing of it may be called free.
@Suite(.serialized)
struct DirtyTests {
    struct Case: CustomTestStringConvertible {
        var testDescription: String
        /// Makes `i`.
        var script: String
        /// Words of the note.
        var reason: String
    }

    static let cases: [Case] = [
        Case(
            testDescription: "ext4 whose journal needs recovery",
            script: "mke2fs -q -t ext4 i; debugfs -w -R 'feature needs_recovery' i", reason: "journal needs recovery"),
        Case(
            testDescription: "ext4 copied while mounted",
            script: """
                mke2fs -q -t ext4 j; mkdir m; mount -o loop j m
                touch m/x; sync -f m; cp --sparse=always j i; umount m
                """, reason: "journal needs recovery"),
        Case(
            testDescription: "ext2 that was not unmounted",
            script: "mke2fs -q -t ext2 i; debugfs -w -R 'ssv state 0' i", reason: "not unmounted"),
        Case(
            testDescription: "ext4 with errors flagged",
            script: "mke2fs -q -t ext4 i; debugfs -w -R 'ssv state 3' i", reason: "flagged with errors"),
        Case(
            testDescription: "ext4 with orphans",
            script: "mke2fs -q -t ext4 i; debugfs -w -R 'ssv last_orphan 12' i", reason: "deleted while in use"),
        Case(
            testDescription: "ext4 with an unknown feature",
            script: "mke2fs -q -t ext4 -O ^metadata_csum i; printf '\\x80' | dd of=i bs=1 seek=1123 conv=notrunc",
            reason: "feature"),
        Case(
            testDescription: "ext4 with a wrong bitmap",
            script: """
                mke2fs -q -t ext4 -b 4096 i
                b=$(dumpe2fs i | awk '/Block bitmap at/ {print $4; exit}')
                dd if=/dev/urandom of=i bs=4096 seek=$b count=1 conv=notrunc
                """, reason: "bitmap"),
        Case(
            testDescription: "ext4 whose first data block lies elsewhere",
            script: "mke2fs -q -t ext4 -O ^metadata_csum i; debugfs -w -R 'ssv first_data_block 4000' i",
            reason: "first data block"),
        Case(
            testDescription: "ext4 longer than its disk",
            script: "mke2fs -q -t ext4 i; truncate -s 200M i", reason: "more than the volume holds"),
        Case(
            testDescription: "xfs copied while mounted",
            script: """
                mkfs.xfs -q j; mkdir m; mount -o loop j m
                touch m/x; sync -f m; cp --sparse=always j i; umount m
                """, reason: "log needs recovery"),
        Case(
            testDescription: "xfs with a damaged free-space tree",
            script: """
                mkfs.xfs -q i; o=$(xfs_db -r -c 'agf 1' -c 'print bnoroot' -c 'convert agno 1 agblock 1 daddr' i)
                echo $o; dd if=/dev/urandom of=i bs=512 seek=$(echo ${o##*(} | tr -d ')') count=1 conv=notrunc
                """, reason: "xfs_db"),
        Case(
            testDescription: "xfs marked as needing repair",
            script: "mkfs.xfs -q i; xfs_db -x -c 'sb 0' -c 'write -d features_incompat 0x1b' i", reason: "repair"),
        Case(
            testDescription: "ntfs with a hibernated Windows",
            script: """
                mkntfs -q -Q -F i; (printf hibr; head -c 8000 /dev/zero) > h; ntfscp i h hiberfil.sys
                """, reason: "hibernated"),
        Case(
            testDescription: "ntfs marked as dirty", script: "mkntfs -q -Q -F i; ntfsfix i",
            reason: "scheduled for check"),
        Case(
            testDescription: "FAT32 marked as mounted",
            script: "mkfs.fat -F 32 -s 1 i; printf '\\x01' | dd of=i bs=1 seek=65 conv=notrunc",
            reason: "not unmounted"),
        Case(
            testDescription: "FAT32 without its mark of a clean shutdown",
            script:
                "mkfs.fat -F 32 -s 1 -R 32 -f 1 i; printf '\\x07' | dd of=i bs=1 seek=$((32 * 512 + 7)) conv=notrunc",
            reason: "not unmounted"),
        Case(
            testDescription: "FAT32 whose tables differ",
            script:
                "mkfs.fat -F 32 -s 1 -R 32 i; printf '\\x07' | dd of=i bs=1 seek=$((32 * 512 + 999)) conv=notrunc",
            reason: "differ"),
        Case(
            testDescription: "a hibernated system in swap",
            script: "mkswap -q i; printf 'S1SUSPEND\\0' | dd of=i bs=1 seek=4086 conv=notrunc", reason: "swsuspend"),
        Case(testDescription: "minix", script: "mkfs.minix -3 i", reason: "allocation of minix"),
        Case(
            testDescription: "LVM with a wrong checksum",
            script: """
                attach i 0 320; lvm2 pvcreate $loop; lvm2 vgcreate vg $loop; detach
                printf X | dd of=i bs=1 seek=4700 conv=notrunc
                """, reason: "checksum of the LVM metadata"),
        Case(
            testDescription: "LVM on a disk that was cut off",
            script: """
                attach i 0 320; lvm2 pvcreate $loop; lvm2 vgcreate vg $loop; detach; truncate -s 200M i
                """, reason: "its LVM metadata and its label differ"),
        Case(
            testDescription: "LVM group that is exported to other hosts",
            script: """
                attach i 0 320; lvm2 pvcreate $loop; lvm2 vgcreate vg $loop; lvm2 vgcfgbackup -f t vg
                sed -i 's/"RESIZEABLE"/"RESIZEABLE", "CLUSTERED"/' t; lvm2 vgcfgrestore -f t vg; detach
                """, reason: "unusual state"),
        Case(
            testDescription: "a partition beyond the end of the disk",
            script: "echo 'start=8MiB, size=300MiB' | sfdisk -q i; truncate -s 200M i", reason: "could not be looked at"
        ),
        Case(testDescription: "zeros", script: "true", reason: "no file system"),
        Case(
            testDescription: "a file system below a partition table",
            script: "mke2fs -q -t ext4 -b 1024 -F i; echo 'start=2048, type=83' | sfdisk -q i",
            reason: "a partition table and"),
    ]

    @Test("what cannot be trusted is captured whole, and the note says why", arguments: cases)
    func raw(_ test: Case) throws {
        let scratch = try Scratch()
        try scratch.run("truncate -s 320M i j\n(\(test.script)) >&2")
        let space = try freeSpace(at: scratch.path + "/i")
        #expect(space.ranges.isEmpty)
        let reason = try #require(space.notes.first?.reason, "\(space.notes)")
        #expect(reason.contains(test.reason), "\(reason)")
    }
}
