import LinuxSystem
import Recovery
import Testing

/// The whole way: a disk with a root file system, suspended to a partition, a logical volume and a swap file. Needs root.
@Suite("Hibernation images on a restored disk")
struct HibernationDiskTests {
    /// GPT: ext4 at 1 MiB, swap at 17 MiB, a physical volume at 21 MiB with a linear volume for swap.
    private static let script = #"""
        set -eu
        cd "$1"
        truncate -s 32M disk.raw
        printf 'label: gpt\nstart=1MiB, size=16MiB\nstart=17MiB, size=4MiB, type=swap\nstart=21MiB, size=10MiB\n' |
            sfdisk -q disk.raw
        root=11111111-1111-4111-8111-111111111111
        mkfs.ext4 -q -b 4096 -U $root -d tree -E offset=1048576 disk.raw 16M
        block=$(debugfs -R "bmap $2 0" 'disk.raw?offset=1048576' 2> debugfs.log)
        echo "linux /vmlinuz root=UUID=$root resume=UUID=$root resume_offset=$block ro" > grub.cfg
        debugfs -w -R 'write grub.cfg /boot/grub/grub.cfg' 'disk.raw?offset=1048576' > debugfs.log 2>&1
        echo $block
        loop=$(losetup --show -f -o 21M --sizelimit 10M disk.raw)
        trap 'losetup -d $loop' EXIT
        lvm2() {
            LVM_SUPPRESS_FD_WARNINGS=1 lvm "$@" --config "
                devices { filter=[\"a|^$loop\$|\",\"r|.*|\"] use_devicesfile=0 scan=\"/dev\" }
                global { activation=0 use_lvmpolld=0 } activation { monitoring=0 udev_sync=0 udev_rules=0 }
                backup { backup=0 archive=0 }" > lvm.log 2>&1 || { cat lvm.log >&2; return 1; }
        }
        lvm2 pvcreate -y "$loop"
        lvm2 vgcreate -s 1M lifeboat_test_group "$loop"
        lvm2 lvcreate -an -Zn -Wn -y -n swap -L 4M lifeboat_test_group
        """#

    @Test(
        "they are discarded in a partition, a logical volume and a file that fstab names, and no other byte of the swap space changes",
        arguments: ["/swapfile", "/hidden"])
    func disk(path: String) throws {
        let isNamed = path == "/swapfile"
        let files = try RestoredFiles([
            "/tree/etc/fstab":
                "UUID=11111111-1111-4111-8111-111111111111 / ext4 defaults 0 1\n\(isNamed ? path : "#") none swap sw 0 0\n",
            "/tree/sbin/init": "", "/tree/boot/grub/empty": "",
        ])
        // Without holes, so that all of it has its place.
        try files.write([UInt8](repeating: 7, count: 2 << 20), to: "/tree\(path)")
        try SwapImage.make(files.root + "/tree\(path)")
        try SwapImage.suspend(files.root + "/tree\(path)")
        let disk = files.root + "/disk.raw"
        let made = try ChildProcess.run(["bash", "-c", Self.script, "bash", files.root, path])
        try #require(made.status.isSuccess, "\(made.errorText)")
        let block = String(decoding: made.output, as: UTF8.self).split(separator: "\n").last.flatMap { UInt64($0) }
        let file = 1 << 20 + 4096 * (try #require(block, "\(made.output)"))
        #expect(try SwapImage.judge(disk, at: file) == SwapImage.asleep)
        // The physical volume has its data behind a mebibyte of metadata.
        let places: [UInt64] = [17 << 20, 22 << 20]
        for place in places {
            let piece = files.root + "/piece"
            try SwapImage.make(piece)
            try SwapImage.suspend(piece)
            try FileDescriptor(disk, [.write]).write(try Files.contents(of: piece, limit: 4 << 20), at: place)
            try Files.remove(piece)
            #expect(try SwapImage.judge(disk, at: place) == SwapImage.asleep)
        }
        var expected = try Files.contents(of: disk, limit: 64 << 20)[(17 << 20)...]

        var request = Adaptation.Request(machine: try TargetMachine.current(disks: [disk]))
        request.isThisMachine = false
        request.skipped = ["network", "initramfs", "bootloader"]
        request.isDryRun = true
        let look = try step(of: request)
        #expect(look.changes.count == (isNamed ? 3 : 2) && look.proofs.map(\.holds) == [false, false, false])
        #expect(try SwapImage.judge(disk, at: places[0]) == SwapImage.asleep)
        request.isDryRun = false
        let done = try step(of: request)
        #expect(
            done.changes.count == (isNamed ? 3 : 2) && done.proofs.map(\.holds) == [true, true, isNamed], "\(done)")
        #expect(done.changes[1].hasPrefix("logical volume lifeboat_test_group/swap: "), "\(done.changes)")
        // The file that nothing names is seen by resume_offset= in the mounted file system, and is the operator's.
        if isNamed { #expect(done.changes[2].hasPrefix("/swapfile: ")) }
        #expect(done.warnings.contains { $0.contains("(resume_offset=)") } == !isNamed, "\(done.warnings)")
        #expect(try SwapImage.judge(disk, at: file) == (isNamed ? SwapImage.awake : SwapImage.asleep))
        for place in places {
            #expect(try SwapImage.judge(disk, at: place) == SwapImage.awake)
            let end = Int(place) + 4096
            expected.replaceSubrange(end - 10..<end, with: Array("SWAPSPACE2".utf8))
        }
        #expect(try Files.contents(of: disk, limit: 64 << 20)[(17 << 20)...] == expected)
        #expect(try step(of: request).changes.isEmpty)
    }

    private func step(of request: Adaptation.Request) throws -> AdaptationReport.Step {
        let report = try Adaptation.run(request)
        return try #require(report.steps.first { $0.name == "hibernation" })
    }
}
