import BlockDevices
import LinuxSystem
import Recovery
import Testing

/// Systems that wake up on the other firmware, on disk images, judged by sgdisk, sfdisk, fsck and mtools.
@Suite("From one firmware to the other")
struct FirmwareChangeTests {
    private func judge(_ fixture: BootFixture) throws {
        #expect(try BootFixture.run(["sgdisk", "-v", fixture.disk]).contains("No problems found"))
        let verdict = try BootFixture.run(["sfdisk", "--verify", fixture.disk])
        #expect(verdict.contains("No errors detected"), "\(verdict)")
    }

    @Test("a BIOS system without room to spare elsewhere gets an EFI system partition at the disk's end")
    func biosToUEFI() throws {
        let fixture = try BootFixture("-n1:2048:+1M -t1:ef02 -n2:0:+64M -t2:8300", rootPartition: 2)
        try fixture.fillRescue()
        #expect(try !fixture.red().isEmpty)
        let before = try BootFixture.run(["sgdisk", "-i", "2", fixture.disk])
        let plan = try fixture.adapt()
        #expect(plan.warnings.isEmpty, "\(plan.warnings)")
        try judge(fixture)
        #expect(try BootFixture.run(["sgdisk", "-i", "2", fixture.disk]) == before)
        #expect(try BootFixture.run(["sgdisk", "-i", "3", fixture.disk]).contains("EFI system partition"))
        let partition = try fixture.partition(3)
        try BootFixture.run(["fsck.vfat", "-n", partition])
        let names = try BootFixture.run(["mdir", "-b", "-/", "-i", partition, "::"])
        for name in ["BOOT/BOOTX64.EFI", "BOOT/grubx64.efi", "BOOT/mmx64.efi", "debian/shimx64.efi", "debian/grub.cfg"]
        {
            #expect(names.contains("::/EFI/\(name)"), "\(name) in \(names)")
        }
        #expect(!names.lowercased().contains("fbx64"))
        let stub = try BootFixture.run(["mtype", "-i", partition, "::/EFI/debian/grub.cfg"])
        #expect(stub.contains(BootFixture.rootUUID) && stub.contains("set prefix=($root)'/boot/grub'"))
        let serial = try BootFixture.run(["blkid", "-p", "-s", "UUID", "-o", "value", partition]).prefix(9)
        let table = try #require(try fixture.tree.text(of: "/etc/fstab"))
        #expect(table.hasSuffix("\nUUID=\(serial) /boot/efi vfat umask=0077,nofail 0 1\n"), "\(table)")
        let variables = try #require(FirmwareVariables(in: fixture.scratch["efivars"]))
        #expect(variables.order == [0] && variables.entries[0]?.file == "\\EFI\\debian\\shimx64.efi")
        #expect(try fixture.red().isEmpty)
    }

    @Test("with Secure Boot, a loader without a signature is red")
    func secureBoot() throws {
        var fixture = try BootFixture("-n1:2048:+64M -t1:8300")
        try fixture.tree.write(
            try Files.contents(of: BootFixture.monolithic, limit: 16 << 20), to: BootFixture.monolithic)
        try fixture.adapt()
        #expect(try fixture.red().isEmpty)
        fixture.secureBoot = true
        #expect(try fixture.red().contains { $0.contains("signature") })
    }

    @Test("without room for an EFI system partition nothing is changed, and it is said")
    func noRoom() throws {
        let fixture = try BootFixture("-n1:2048:+100M -t1:8300 -n2:0:0 -t2:8200", sizeMiB: 200)
        try fixture.fillRescue()
        let plan = try fixture.step.plan(fixture.system)
        #expect(plan.changes.isEmpty && plan.warnings.contains { $0.contains("Swap") }, "\(plan.warnings)")
        #expect(try !fixture.red().isEmpty)
    }

    @Test("an MBR disk gets its EFI system partition in a free primary slot")
    func masterBootRecord() throws {
        let fixture = try BootFixture("label: dos\\nlabel-id: 0x5a3c1f02\\n2048,131072,83,*\\n")
        try fixture.fillRescue()
        try fixture.adapt()
        #expect(try BootFixture.run(["sfdisk", "--verify", fixture.disk]).contains("No errors detected"))
        #expect(try BootFixture.run(["sfdisk", "-l", fixture.disk]).contains("EFI (FAT-12/16/32)"))
        try BootFixture.run(["fsck.vfat", "-n", try fixture.partition(2)])
        let variables = try #require(FirmwareVariables(in: fixture.scratch["efivars"]))
        #expect(variables.entries[0]?.hardDrive?.partitionUUID == "5a3c1f02-02")
        #expect(try fixture.red().isEmpty)
    }

    @Test("a full MBR table is left alone")
    func fullTable() throws {
        let rows = (0..<4).map { "\(2_048 + 2_048 * $0),2048,83" }.joined(separator: "\\n")
        let fixture = try BootFixture("label: dos\\n\(rows)\\n")
        try fixture.fillRescue()
        #expect(try fixture.step.plan(fixture.system).changes.isEmpty)
    }

    @Test(
        "a UEFI system gets GRUB for BIOS: into free blocks of a GPT, a BIOS boot partition, or the gap of an MBR",
        arguments: [
            "-n1:2048:+64M -t1:ef00 -n2:0:0 -t2:8300", "-n1:2048:+64M -t1:ef00 -n2:0:+64M -t2:8300 -n3:0:+1M -t3:ef02",
            "label: dos\\n2048,131072,ef\\n,131072,83\\n",
        ])
    func uefiToBIOS(table: String) throws {
        var fixture = try BootFixture(table, rootPartition: 2)
        fixture.firmware = .bios
        try fixture.fillRescue()
        #expect(try !fixture.red().isEmpty)
        let plan = try fixture.adapt()
        #expect(plan.warnings.isEmpty, "\(plan.warnings)")
        if table.hasPrefix("label") {
            #expect(try BootFixture.run(["sfdisk", "--verify", fixture.disk]).contains("No errors detected"))
            #expect(try BootFixture.run(["sfdisk", "-l", "-o", "Boot,Type", fixture.disk]).contains("*    Linux"))
        } else {
            // sgdisk means by a problem nothing of alignment, which a BIOS boot partition does not need.
            #expect(try BootFixture.run(["sgdisk", "-v", fixture.disk]).contains("No problems found"))
            #expect(try BootFixture.run(["sgdisk", "-i", "3", fixture.disk]).contains("BIOS boot partition"))
        }
        #expect(try fixture.red().isEmpty)
    }

    @Test("boot code is kept, whoever made it, and a core.img that is gone is red")
    func kept() throws {
        var fixture = try BootFixture("-n1:2048:+64M -t1:ef00 -n2:0:0 -t2:8300", rootPartition: 2)
        fixture.firmware = .bios
        try fixture.fillRescue()
        try fixture.adapt()
        try FileDescriptor(fixture.disk, [.write]).write([UInt8](repeating: 0, count: 2_048), at: 34 * 512)
        #expect(try fixture.red().contains { $0.contains("core.img") })
        try FileDescriptor(fixture.disk, [.write]).write(Array("another".utf8), at: 0x180)
        let plan = try fixture.step.plan(fixture.system)
        #expect(plan.changes.isEmpty && plan.warnings.contains { $0.contains("not GRUB's") })
    }

    @Test("a damaged GPT is not changed")
    func damaged() throws {
        let fixture = try BootFixture("-n1:2048:+64M -t1:8300")
        try fixture.fillRescue()
        try FileDescriptor(fixture.disk, [.write]).write([0xff], at: 512 + 40)
        let plan = try fixture.step.plan(fixture.system)
        #expect(plan.changes.isEmpty && plan.warnings.contains { $0.contains("damaged") })
        #expect(try fixture.red().count == 1)
    }
}
