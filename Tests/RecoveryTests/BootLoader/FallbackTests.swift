import BlockDevices
import LinuxSystem
import Recovery
import Testing

/// An EFI system partition that is there, mounted at /boot/efi: what becomes of \EFI\BOOT.
@Suite("The fallback loader")
struct FallbackTests {
    private static let fallback = "/boot/efi/EFI/BOOT"

    private func fixture() throws -> BootFixture {
        var fixture = try BootFixture("-n1:2048:+64M -t1:ef00 -n2:0:+64M -t2:8300", rootPartition: 2)
        let image = fixture.scratch["fat.img"]
        try FileDescriptor(image, [.write, .createNew]).truncate(to: 64 << 20)
        try BootFixture.run(["mkfs.vfat", "-F", "32", "-s", "1", image])
        try BootFixture.run(["dd", "if=\(image)", "of=\(fixture.disk)", "bs=1M", "seek=1", "conv=notrunc,sparse"])
        fixture.volumes.append(
            RestoredSystem.Volume(
                description: "ESP", device: "/dev/null", superblock: Superblock(type: "vfat", usage: .filesystem),
                disk: 0, partition: 1, mountPoint: "/boot/efi"))
        return fixture
    }

    private func debian() throws -> BootFixture {
        let fixture = try fixture()
        let own = "/boot/efi/EFI/debian"
        try fixture.tree.write(ProgramImage.shim.bytes, to: "\(own)/shimx64.efi")
        try fixture.tree.write(ProgramImage.grub(prefix: "/EFI/debian").bytes, to: "\(own)/grubx64.efi")
        try fixture.tree.write(ProgramImage.other.bytes, to: "\(own)/mmx64.efi")
        try fixture.put("search.fs_uuid \(BootFixture.rootUUID) root\n", "\(own)/grub.cfg")
        return fixture
    }

    @Test("shim goes to the fallback path with GRUB and its key manager beside it")
    func shim() throws {
        let fixture = try debian()
        #expect(try fixture.red().contains { $0.contains("BOOTX64.EFI is missing") })
        try fixture.adapt()
        #expect(try fixture.tree.names(in: Self.fallback) == ["BOOTX64.EFI", "grubx64.efi", "mmx64.efi"])
        #expect(try fixture.tree.contents(of: "\(Self.fallback)/BOOTX64.EFI") == ProgramImage.shim.bytes)
        #expect(try fixture.red().isEmpty)
    }

    @Test("a shim at the fallback path without its GRUB is completed, in whatever letters the path is")
    func completed() throws {
        let fixture = try debian()
        try fixture.tree.write(ProgramImage.shim.bytes, to: "/boot/efi/efi/Boot/bootx64.efi")
        try BootFixture.run([
            "sh", "-c", "cd '\(fixture.tree.root)/boot/efi' && cp -r EFI/debian efi/ && rm -r EFI",
        ])
        #expect(try fixture.red().contains { $0.contains("grubx64.efi, which is missing") })
        try fixture.adapt()
        #expect(
            try fixture.tree.names(in: "/boot/efi/efi/Boot") == ["bootx64.efi", "grubx64.efi", "mmx64.efi"])
        #expect(try fixture.red().isEmpty)
    }

    @Test("shim's own fallback is kept and gets the list that it needs")
    func fallbackProgram() throws {
        let fixture = try debian()
        try fixture.tree.write(ProgramImage.shim.bytes, to: "\(Self.fallback)/BOOTX64.EFI")
        try fixture.tree.write(ProgramImage.other.bytes, to: "\(Self.fallback)/fbx64.efi")
        #expect(try !fixture.red().isEmpty)
        try fixture.adapt()
        let list = try #require(try fixture.tree.contents(of: "/boot/efi/EFI/debian/BOOTX64.CSV"))
        #expect(list.starts(with: [0xff, 0xfe, 0x73, 0, 0x68, 0]), "UTF-16 with its mark: sh…")
        #expect(try fixture.red().isEmpty)
    }

    @Test("another system's program at the fallback path is kept and said")
    func foreign() throws {
        let fixture = try debian()
        try fixture.tree.write(ProgramImage.other.bytes, to: "\(Self.fallback)/BOOTX64.EFI")
        let plan = try fixture.adapt()
        #expect(plan.warnings.contains { $0.contains("another system") })
        #expect(try fixture.tree.contents(of: "\(Self.fallback)/BOOTX64.EFI") == ProgramImage.other.bytes)
        #expect(try !fixture.red().isEmpty)
    }

    @Test("the file that leads GRUB to the menu is made when it is missing")
    func stub() throws {
        let fixture = try debian()
        try fixture.tree.remove("/boot/efi/EFI/debian/grub.cfg")
        try fixture.adapt()
        #expect(try fixture.tree.text(of: "/boot/efi/EFI/debian/grub.cfg")?.contains(BootFixture.rootUUID) == true)
        #expect(try fixture.red().isEmpty)
    }

    @Test("systemd-boot is copied, and its entries must name kernels that are there")
    func systemdBoot() throws {
        let fixture = try fixture()
        try fixture.tree.remove("/boot/grub/grub.cfg")
        let esp = "/boot/efi"
        try fixture.tree.write(ProgramImage.systemdBoot.bytes, to: "\(esp)/EFI/systemd/systemd-bootx64.efi")
        try fixture.put("default new*\n", "\(esp)/loader/loader.conf")
        try fixture.put("title New\nlinux /m/linux\ninitrd /m/initrd\n", "\(esp)/loader/entries/new.conf")
        try fixture.put("kernel", "\(esp)/m/linux")
        try fixture.adapt()
        #expect(try fixture.red().contains { $0.contains("/m/initrd is missing") })
        try fixture.put("initramfs", "\(esp)/m/initrd")
        #expect(try fixture.red().isEmpty)
    }

    @Test("an EFI system partition on an array of mirrors is written through the array, and each member gets an entry")
    func mirrored() throws {
        var fixture = try debian()
        let serial = try BootFixture.run(["blkid", "-p", "-s", "UUID", "-o", "value", fixture.scratch["fat.img"]])
        fixture.volumes[1].disk = nil
        fixture.volumes[1].superblock.uuid = String(serial.prefix(9))
        let second = fixture.scratch["second.img"]
        try BootFixture.run(["cp", "--sparse=always", fixture.disk, second])
        try BootFixture.run(["sgdisk", "-G", second])
        fixture.more = [second]
        let plan = try fixture.adapt()
        let writes = plan.changes.filter { if case .writeESP = $0.action { true } else { false } }
        #expect(writes.isEmpty)
        let variables = try #require(FirmwareVariables(in: fixture.scratch["efivars"]))
        #expect(variables.order == [0, 1] && variables.entries.count == 2)
        #expect(variables.entries[0]?.hardDrive?.signature != variables.entries[1]?.hardDrive?.signature)
        #expect(try fixture.red().isEmpty)
    }

    @Test("an entry of another system before ours is red until the order is set")
    func order() throws {
        let fixture = try debian()
        try fixture.adapt()
        let name = "\(fixture.scratch["efivars"])/BootOrder-\(FirmwareVariables.global)"
        try Files.write([7, 0, 0, 0, 9, 0, 0, 0], to: name)
        #expect(try fixture.red().count == 1)
        try fixture.adapt()
        #expect(try Files.contents(of: name) == [7, 0, 0, 0, 0, 0, 9, 0])
        #expect(try fixture.red().isEmpty)
    }

    @Test("a menu that only the GRUB of Fedora understands is red with Debian's")
    func blessed() throws {
        let fixture = try debian()
        try fixture.adapt()
        try fixture.put("set default=0\nblscfg\n", "/boot/grub/grub.cfg")
        try fixture.put("title A\nlinux /boot/vmlinuz-1\ninitrd /boot/initrd.img-1\n", "/boot/loader/entries/a.conf")
        #expect(try fixture.red().contains { $0.contains("blscfg") })
        try fixture.tree.write(
            ProgramImage.grub(prefix: "/EFI/fedora").bytes, to: "/boot/efi/EFI/BOOT/grubx64.efi")
        try fixture.put("configfile \(BootFixture.rootUUID)", "/boot/efi/EFI/fedora/grub.cfg")
        #expect(try fixture.red().isEmpty)
    }

    @Test("a default entry whose initramfs is empty is red; one that is not the default is a warning")
    func kernels() throws {
        let fixture = try debian()
        try fixture.adapt()
        let menu = try #require(try fixture.tree.text(of: "/boot/grub/grub.cfg"))
        try fixture.put(menu + "\nmenuentry 'Old' {\nlinux /boot/vmlinuz-0\n}\n", "/boot/grub/grub.cfg")
        #expect(try fixture.step.plan(fixture.system).warnings.contains { $0.contains("vmlinuz-0 is missing") })
        #expect(try fixture.red().isEmpty)
        try fixture.put("", "/boot/initrd.img-1")
        #expect(try fixture.red().contains { $0.contains("initrd.img-1 is empty") })
    }

    @Test("a menu on a /boot of its own, and one in a subvolume, are found where GRUB sees them")
    func places() throws {
        var fixture = try debian()
        fixture.volumes[0].superblock.type = "btrfs"
        try fixture.put("UUID=x / btrfs defaults,subvol=@ 0 1\n", "/etc/fstab")
        try fixture.put(
            "menuentry 'Debian' {\nlinux /@/boot/vmlinuz-1\ninitrd /@/boot/initrd.img-1\n}\n", "/boot/grub/grub.cfg")
        try fixture.tree.remove("/boot/efi/EFI/debian/grub.cfg")
        try fixture.adapt()
        #expect(try fixture.tree.text(of: "/boot/efi/EFI/debian/grub.cfg")?.contains("'/@/boot/grub'") == true)
        #expect(try fixture.red().isEmpty)
    }
}
