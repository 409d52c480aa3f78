import BlockDevices
import FileSystems
import Testing

/// Whole disks: partitions, LVM, everything at its place.
@Suite(.serialized)
struct DiskTests {
    @Test("a GPT disk with FAT, ext4, LVM, NTFS and swap, its free space destroyed, has lost nothing")
    func wholeDisk() throws {
        let scratch = try Scratch()
        let segments = try scratch.run(
            """
            truncate -s 1100M disk
            printf 'start=%dMiB, size=%dMiB\\n' 1 64 65 100 165 800 965 64 1029 30 \
                | (echo 'label: gpt'; cat) | sfdisk -q disk
            truncate -s 64M fat nt; truncate -s 100M ext; truncate -s 200M root; truncate -s 320M big
            truncate -s 30M swap; truncate -s 20M lvswap
            mkfs.fat -F 32 -s 1 fat >&2; mke2fs -q -t ext4 -b 1024 ext; mkntfs -q -Q -F nt >&2
            mke2fs -q -t ext4 root; mkfs.xfs -q big; mkswap -q swap; mkswap -q lvswap
            make_fat fat; make_mounted ext4 ext; make_mounted ext4 root; make_mounted xfs big; make_mounted ntfs nt
            copy fat 0 disk 1 64; copy ext 0 disk 65 100; copy nt 0 disk 965 64; copy swap 0 disk 1029 30

            attach disk 165 800; lvm2 pvcreate $loop >&2; lvm2 vgcreate -s 4M vg-x $loop >&2
            linear -l 25 -n root vg-x >&2; linear -l 5 -n swap vg-x >&2; lvm2 lvextend -l +25 vg-x/root >&2
            linear -l 80 -n big vg-x >&2
            lvm2 lvs --noheadings --segments -o lv_name,seg_start_pe,seg_pe_ranges vg-x; detach
            """)
        // root 0 /dev/loop0:0-24
        var pieces = ""
        for line in segments.split(separator: "\n") {
            let words = line.split(whereSeparator: { $0.isWhitespace || $0 == ":" })
            let extents = words[3].split(separator: "-").compactMap { Int($0) }
            let file = words[0] == "swap" ? "lvswap" : String(words[0])
            let start = (Int(words[1]) ?? 0) * 4
            pieces += "\(file) \(start) \(166 + extents[0] * 4) \((extents[1] - extents[0] + 1) * 4)\n"
        }
        #expect(pieces.split(separator: "\n").count == 4, "root must lie in two segments: \(segments)")
        try scratch.run("while read f a b n; do copy $f $a disk $b $n; done <<E\n\(pieces)E")

        let space = try freeSpace(at: scratch.path + "/disk")
        #expect(space.isWellFormed)
        let notes = Dictionary(uniqueKeysWithValues: space.notes.map { ($0.volume, $0) })
        #expect(space.notes.allSatisfy { $0.reason == nil }, "\(space.notes)")
        #expect(notes.count == 8, "\(space.notes)")
        #expect(notes["logical volume vg-x/root"]?.type == "ext4")
        #expect(notes["logical volume vg-x/big"]?.type == "xfs")
        #expect(notes["logical volume vg-x/swap"]?.freeBytes == (20 << 20) - 65536)
        #expect(notes["partition 5"]?.freeBytes == (30 << 20) - 65536)
        #expect(notes["unused extents of vg-x on partition 3"]?.freeBytes == (199 - 135) * 4 << 20)
        #expect(space.bytes == space.notes.reduce(0) { $0 + $1.freeBytes })

        try wipe(space.ranges, of: scratch.path + "/disk")
        try scratch.run(
            """
            sgdisk -v disk | grep -q 'No problems found'
            rm fat ext nt; truncate -s 64M fat nt; truncate -s 100M ext
            copy disk 1 fat 0 64; copy disk 65 ext 0 100; copy disk 965 nt 0 64
            rm root big; truncate -s 200M root; truncate -s 320M big
            while read f a b n; do copy disk $b $f $a $n; done <<E
            \(pieces)E
            judge vfat fat; judge ext4 ext; judge ntfs nt; judge ext4 root; judge xfs big
            attach disk 165 800; lvm2 vgck vg-x; detach
            """)
    }

    @Test("a volume group on two disks is read when both are there, and not at all when one is missing")
    func twoDisks() throws {
        let scratch = try Scratch()
        let name = scratch.path
        try scratch.run(
            """
            truncate -s 100M a b; truncate -s 160M root; mke2fs -q -t ext4 root; make_mounted ext4 root
            attach a 0 100; first=$loop; attach b 0 100
            lvm2 pvcreate $loops >&2; lvm2 vgcreate -s 4M vg $loops >&2; linear -l 40 -n root vg $first $loop >&2
            lvm2 lvs --noheadings --segments -o seg_start_pe,seg_pe_ranges vg | tr ':-' '  ' | while read s d x y; do
                image=b; if [ $d = $first ]; then image=a; fi
                echo root $((s * 4)) $image $((1 + x * 4)) $(((y - x + 1) * 4))
            done > pieces; detach; test $(wc -l < pieces) = 2
            while read f s i p n; do copy $f $s $i $p $n; done < pieces
            """)
        let disks = try ["a", "b"].map { try RawDisk.openSource("\(name)/\($0)") as any BlockSource }
        let both = freeSpace(of: disks, volumes: volumes(on: disks))
        #expect(both.allSatisfy { $0.notes.allSatisfy { $0.reason == nil } && $0.isWellFormed }, "\(both)")
        #expect(both[0].bytes > 16 << 20 && both[1].bytes > 16 << 20)
        for disk in disks {
            let alone = freeSpace(of: disk, volumes: volumes(of: disk))
            #expect(alone.ranges.isEmpty)
            #expect(alone.notes.first?.reason?.contains("is not on these disks") == true, "\(alone.notes)")
        }
        for (index, disk) in ["a", "b"].enumerated() { try wipe(both[index].ranges, of: "\(name)/\(disk)") }
        try scratch.run(
            """
            rm root; truncate -s 160M root; while read f s i p n; do copy $i $p $f $s $n; done < pieces; judge ext4 root
            """)
    }

    @Test("a physical volume and its copy are both captured whole, because nobody can tell which one counts")
    func duplicate() throws {
        let scratch = try Scratch()
        try scratch.run(
            """
            truncate -s 100M a; attach a 0 100; lvm2 pvcreate $loop >&2; lvm2 vgcreate vg $loop >&2; detach
            cp --sparse=always a b
            """)
        let disks = try ["a", "b"].map { try RawDisk.openSource("\(scratch.path)/\($0)") as any BlockSource }
        for space in freeSpace(of: disks, volumes: volumes(on: disks)) {
            #expect(space.ranges.isEmpty)
            #expect(space.notes.first?.reason?.contains("is there twice") == true, "\(space.notes)")
        }
    }

    @Test("snapshots, thin pools and what they are built on are never looked into, and their extents are used")
    func otherSegments() throws {
        let scratch = try Scratch()
        try scratch.run(
            """
            truncate -s 400M disk; truncate -s 40M e; mke2fs -q -t ext4 e
            attach disk 0 400; lvm2 pvcreate $loop >&2; lvm2 vgcreate -s 4M vg $loop >&2
            for n in plain origin cow tmeta tdata; do linear -l 10 -n $n vg >&2; done
            for n in 0 1 2 3 4; do copy e 0 disk $((1 + n * 40)) 40; done
            lvm2 vgcfgbackup -f text vg >&2
            python3 - <<E
            text = open('text').read()
            volume = '''
            NAME {
            id = "XXXXXX-0000-0000-0000-0000-0000-NAMEXX"
            status = ["READ", "WRITE"STATUS]
            flags = []
            segment_count = 1
            segment1 {
            start_extent = 0
            extent_count = 10
            BODY
            }
            }
            '''
            def make(name, visible, body):
                one = volume.replace('NAMEXX', (name * 6)[:6]).replace('NAME', name).replace('BODY', body)
                return one.replace('STATUS', ', "VISIBLE"' if visible else '')
            added = make('snapshot0', False, 'type = "snapshot"\\nchunk_size = 8\\norigin = "origin"\\ncow_store = "cow"')
            added += make('pool', True, 'type = "thin-pool"\\nmetadata = "tmeta"\\npool = "tdata"\\ntransaction_id = 0'
                '\\nchunk_size = 128\\ndiscards = "passdown"\\nzero_new_blocks = 1')
            added += make('mirror', True, 'type = "striped"\\nstripe_count = 2\\nstripe_size = 128'
                '\\nstripes = ["pv0", 60, "pv0", 70]')
            text = text.replace('logical_volumes {', 'logical_volumes {' + added)
            text = text.replace('tmeta', 'pool_tmeta').replace('tdata', 'pool_tdata')
            open('text', 'w').write(text)
            E
            lvm2 vgcfgrestore --force -f text vg >&2; detach
            """)
        let space = try freeSpace(at: scratch.path + "/disk")
        let notes = Dictionary(uniqueKeysWithValues: space.notes.map { ($0.volume, $0) })
        #expect(notes["logical volume vg/plain"]?.reason == nil)
        for name in ["origin", "cow", "pool_tmeta", "pool_tdata", "pool", "mirror", "snapshot0"] {
            #expect(notes["logical volume vg/\(name)"]?.reason != nil, "\(name): \(space.notes)")
        }
        let first = UInt64(1 << 20), extent = UInt64(4 << 20)
        let allowed = [
            first..<first + 10 * extent, first + 50 * extent..<first + 60 * extent,
            first + 65 * extent..<first + 70 * extent, first + 75 * extent..<first + 99 * extent,
        ]
        for range in space.ranges { #expect(allowed.contains { $0.clamped(to: range) == range }, "\(range)") }
        #expect(space.bytes > 39 * extent)
    }

    @Test("a VM's disk in a logical volume is looked into, with its partitions and its own LVM")
    func nested() throws {
        let scratch = try Scratch()
        try scratch.run(
            """
            truncate -s 300M vm; echo 'start=1MiB, size=100MiB
            start=101MiB' | (echo 'label: dos'; cat) | sfdisk -q vm
            truncate -s 100M e; mke2fs -q -t ext4 e; make_mounted ext4 e; copy e 0 vm 1 100
            attach vm 101 199; lvm2 pvcreate $loop >&2; lvm2 vgcreate -s 4M inner $loop >&2; linear -l 10 -n x inner >&2
            truncate -s 40M f; mke2fs -q -t ext4 f; make_mounted ext4 f || true; copy f 0 vm 102 40; detach
            truncate -s 500M disk; attach disk 0 500; lvm2 pvcreate $loop >&2; lvm2 vgcreate -s 4M outer $loop >&2
            linear -l 75 -n vm outer >&2; detach; copy vm 0 disk 1 300
            """)
        let space = try freeSpace(at: scratch.path + "/disk")
        #expect(space.notes.allSatisfy { $0.reason == nil }, "\(space.notes)")
        #expect(
            Set(space.notes.map(\.volume)) == [
                "unused extents of outer on the disk", "partition 1 of logical volume outer/vm",
                "unused extents of inner on partition 2 of logical volume outer/vm", "logical volume inner/x",
            ])
        try wipe(space.ranges, of: scratch.path + "/disk")
        try scratch.run("truncate -s 0 e; truncate -s 100M e; copy disk 2 e 0 100; judge ext4 e")
    }
}
