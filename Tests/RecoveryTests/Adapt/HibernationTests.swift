import BlockDevices
import LinuxSystem
import Recovery
import Testing

@Suite("Hibernation images of a restored system")
struct HibernationTests {
    /// A system whose swap partition is a file.
    private func system(_ files: [String: String] = ["/etc/fstab": ""]) throws -> RestoredFiles {
        let system = try RestoredFiles(files)
        let device = system.root + "/swap-partition"
        try SwapImage.make(device)
        system.volumes = [
            RestoredSystem.Volume(
                description: "partition 2 of disk 0", device: device,
                superblock: Superblock(type: "swsuspend", usage: .other, uuid: SwapImage.uuid, label: "sleepy"),
                disk: 0,
                partition: 2)
        ]
        return system
    }

    @Test(
        "the kernel's image and that of uswsusp are discarded; UUID, label and everything else stay",
        arguments: [4096, 16384, 65536], ["S1SUSPEND\0", "ULSUSPEND\0"])
    func discarded(pageSize: Int, signature: String) throws {
        let files = try system()
        let device = files.volumes[0].device
        try SwapImage.make(device, pageSize: pageSize)
        let before = try Files.contents(of: device, limit: 4 << 20)
        try SwapImage.suspend(device, as: signature, pageSize: pageSize)
        if pageSize != 65536 { #expect(try SwapImage.judge(device) == SwapImage.asleep) }
        #expect(try HibernationStep().prove(files.system).map(\.holds) == [false])
        var expected = try Files.contents(of: device, limit: 4 << 20)
        let plan = try files.adapt(with: HibernationStep())
        #expect(plan.changes.count == 1 && plan.warnings.count == 1)
        #expect(plan.changes[0].reason.hasPrefix("partition 2 of disk 0: the hibernation image in it is discarded"))
        if pageSize != 65536 { #expect(try SwapImage.judge(device) == SwapImage.awake) }
        #expect(try HibernationStep().prove(files.system).map(\.holds) == [true])
        expected.replaceSubrange(pageSize - 10..<pageSize, with: before[pageSize - 10..<pageSize])
        #expect(try Files.contents(of: device, limit: 4 << 20) == expected)
    }

    @Test("plain swap is proved and not touched; a system without swap is left alone")
    func plain() throws {
        let files = try system()
        let plan = try files.adapt(with: HibernationStep())
        #expect(plan.changes.isEmpty && plan.warnings == [])
        #expect(try HibernationStep().prove(files.system).map(\.holds) == [true])
        files.volumes = []
        #expect(try HibernationStep().prove(files.system).isEmpty)
    }

    @Test(
        "an image whose header does not keep the old signature is left, and the system is not proved to start",
        arguments: ["S1SUSPEND\0", "LINHIB0001"])
    func foreign(signature: String) throws {
        let files = try system()
        try SwapImage.suspend(files.volumes[0].device, as: signature, original: "XXXXXXXXXX")
        let before = try Files.contents(of: files.volumes[0].device, limit: 4 << 20)
        let plan = try files.adapt(with: HibernationStep())
        #expect(plan.changes.isEmpty && plan.warnings.count == 1)
        #expect(plan.warnings[0].contains("mkswap -U \(SwapImage.uuid) -L sleepy"), "\(plan.warnings)")
        #expect(try Files.contents(of: files.volumes[0].device, limit: 4 << 20) == before)
        #expect(try HibernationStep().prove(files.system).map(\.holds) == [false])
    }

    @Test(
        "a swap file is put right in its place, wherever its name stands",
        arguments: [
            (["/etc/fstab": "/srv/swap none swap sw 0 0\n"], "/srv/swap"),
            (["/etc/fstab": "", "/etc/systemd/system/srv-swap.swap": "[Swap]\nWhat=/srv/swap\n"], "/srv/swap"),
            (["/etc/fstab": ""], "/swapfile"),
        ])
    func file(files: [String: String], path: String) throws {
        let system = try system(files)
        try system.write([], to: path)
        try FileDescriptor(system.root + path, [.write]).truncate(to: 2 << 20)
        try SwapImage.make(system.root + path)
        try SwapImage.suspend(system.root + path)
        let identity = try #require(try Files.status(system.root + path))
        #expect(try HibernationStep().prove(system.system).map(\.holds) == [true, false])
        let plan = try system.adapt(with: HibernationStep())
        #expect(plan.changes.count == 1 && plan.changes[0].reason.hasPrefix(path))
        #expect(try SwapImage.judge(system.root + path) == SwapImage.awake)
        let after = try #require(try Files.status(system.root + path))
        #expect(after.inode == identity.inode && after.sizeInBytes == identity.sizeInBytes)
        #expect(try HibernationStep().prove(system.system).map(\.holds) == [true, true])
    }

    @Test("a file that is only called like swap, and a link out of the system, are nothing")
    func noSwap() throws {
        let files = try system(["/etc/fstab": "/etc/out none swap sw 0 0\n", "/swapfile": "x"])
        let outside = try RestoredFiles([:])
        try SwapImage.make(outside.root + "/swap")
        try SwapImage.suspend(outside.root + "/swap")
        try Files.makeLink(files.root + "/etc/out", to: outside.root + "/swap")
        #expect(try files.adapt(with: HibernationStep()).changes.isEmpty)
        #expect(try HibernationStep().prove(files.system).map(\.holds) == [true])
        #expect(try SwapImage.judge(outside.root + "/swap") == SwapImage.asleep)
    }

    @Test("an image at resume_offset= in a file that nothing names makes the proof fail")
    func offset() throws {
        let entry = "linux /vmlinuz root=UUID=a resume=UUID=a resume_offset=512 ro\n"
        let files = try system(["/etc/fstab": "", "/boot/grub/grub.cfg": entry])
        let device = files.root + "/root-partition"
        try Files.write([], to: device)
        try FileDescriptor(device, [.write]).truncate(to: 4 << 20)
        try FileDescriptor(device, [.write]).write(Array("SWAPSPACE2".utf8), at: 513 * 4096 - 10)
        files.volumes.append(
            RestoredSystem.Volume(
                description: "partition 1 of disk 0", device: device,
                superblock: Superblock(type: "ext4", usage: .filesystem, uuid: "a"), mountPoint: "/"))
        #expect(try HibernationStep().prove(files.system).map(\.holds) == [true])
        try SwapImage.suspend(device, at: 512 * 4096)
        let plan = try files.adapt(with: HibernationStep())
        #expect(plan.changes.isEmpty && plan.warnings.count == 1 && plan.warnings[0].contains("noresume"))
        #expect(try HibernationStep().prove(files.system).map(\.holds) == [true, false])
    }

    @Test("swap in a locked container is said, when the system resumes from it")
    func locked() throws {
        let files = try system(["/boot/grub/grub.cfg": "linux /vmlinuz root=UUID=a resume=/dev/mapper/cryptswap\n"])
        files.volumes = [.partition(3, "crypto_LUKS", "cccc")]
        let warnings = try files.adapt(with: HibernationStep()).warnings
        #expect(warnings.count == 1 && warnings[0].contains("resume=/dev/mapper/cryptswap may lie in partition 3"))
    }
}
