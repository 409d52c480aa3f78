import BlockDevices
import Inventory
import Recovery
import Testing

@Suite("crypttab, arrays, volume groups and device.map of a restored system")
struct ConfigurationStorageTests {
    private typealias Names = ConfigurationTests

    private func files(_ contents: [String: String]) throws -> RestoredFiles {
        let array = "aabbccdd-11223344-55667788-99aabbcc"
        return try RestoredFiles(
            contents, volumes: [.partition(3, "crypto_LUKS", "cccc")],
            machine: .machine(disks: ["/dev/nvme0n1", "/dev/nvme1n1"]),
            source: .source(disks: [
                .disk("/dev/sda", [(1, "linux_raid_member", array), (2, "", ""), (3, "crypto_LUKS", "cccc")]),
                .disk("/dev/sdb", number: 1, [(1, "linux_raid_member", array)]),
            ]))
    }

    @Test("containers are named by UUID, swap with a random key by PARTUUID, and fstab may use what they open")
    func crypttab() throws {
        let files = try files([
            "/etc/crypttab": "data  /dev/sda3 none luks\ncryptswap /dev/sda2 /dev/urandom swap,cipher=aes\n",
            "/etc/fstab": "/dev/mapper/data /data ext4 defaults 0 2\n/dev/mapper/cryptswap none swap sw 0 0\n",
        ])
        let plan = try files.adapt(with: ConfigurationStep())
        #expect(plan.warnings == [])
        #expect(
            files["/etc/crypttab"]
                == "data  UUID=cccc none luks\ncryptswap PARTUUID=0badcafe-02 /dev/urandom swap,cipher=aes\n")
        #expect(try ConfigurationStep().prove(files.system).map(\.holds) == [true, true])
    }

    @Test("a line that would overwrite an unknown partition at each start is taken out")
    func overwriting() throws {
        let files = try files(["/etc/crypttab": "cryptswap /dev/sdc2 /dev/urandom swap\nother /dev/sdc3 none luks\n"])
        let plan = try files.adapt(with: ConfigurationStep())
        #expect(
            files["/etc/crypttab"] == "# lifeboat: cryptswap /dev/sdc2 /dev/urandom swap\nother /dev/sdc3 none luks\n")
        #expect(plan.warnings.count == 1 && plan.warnings[0].contains("/dev/sdc3"))
    }

    @Test(
        "arrays are bound to their UUIDs and not to names",
        arguments: [
            ("DEVICE partitions", nil), ("DEVICE /dev/sd*1 /dev/sdb", "DEVICE partitions containers"),
            ("ARRAY /dev/md0 metadata=1.2 UUID=a:b:c:d name=web:0", nil),
            ("ARRAY /dev/md0 UUID=a:b:c:d devices=/dev/sda1,/dev/sdb1 # x", "ARRAY /dev/md0 UUID=a:b:c:d # x"),
            ("ARRAY /dev/md0 devices=/dev/sda1,/dev/sdb1", "ARRAY /dev/md0 UUID=aabbccdd:11223344:55667788:99aabbcc"),
            ("#DEVICE /dev/sda1", nil), ("MAILADDR root", nil), ("ARRAY /dev/md0 devices=/dev/sda3", nil),
        ] as [(String, String?)])
    func arrays(before: String, after: String?) throws {
        let files = try files(["/etc/mdadm/mdadm.conf": before + "\n"])
        try files.adapt(with: ConfigurationStep())
        #expect(files["/etc/mdadm/mdadm.conf"] == (after ?? before) + "\n")
    }

    @Test("LVM's devices file is put aside when it knows disks of the old machine, and stays when it does not")
    func devicesFile() throws {
        let path = "/etc/lvm/devices/system.devices"
        let header = "# LVM uses devices listed in this file.\nVERSION=1.1.2\n"
        let foreign = header + "IDTYPE=sys_wwid IDNAME=naa.5000c5 DEVNAME=/dev/sda3 PVID=x PART=3\n"
        let files = try files([path: foreign])
        let plan = try files.adapt(with: ConfigurationStep())
        #expect(plan.changes.count == 2 && plan.changes[1].reason.contains("vgimportdevices"))
        #expect(files[path] == nil && files[path + ".before-restore"] == foreign)
        let own = header + "IDTYPE=md_uuid IDNAME=a DEVNAME=/dev/md0 PVID=x\n"
        try files.write(Array(own.utf8), to: path)
        #expect(try files.adapt(with: ConfigurationStep()).changes.isEmpty)
    }

    @Test("filters of LVM by name are warned of")
    func filters() throws {
        let files = try files([
            "/etc/lvm/lvm.conf":
                "devices {\n# filter = [ \"a|/dev/sdb|\" ]\n global_filter = [ \"a|/dev/sda.*|\", \"r|.*|\" ]\n}\n"
        ])
        let plan = try files.adapt(with: ConfigurationStep())
        #expect(plan.changes.isEmpty && plan.warnings.count == 1 && plan.warnings[0].contains("line 3"))
    }

    @Test("device.map of another machine is removed, and an empty one is left alone")
    func deviceMap() throws {
        let files = try files([
            "/boot/grub/device.map": "(hd0)\t/dev/disk/by-id/ata-X\n", "/boot/grub2/device.map": "\n",
        ])
        #expect(try files.adapt(with: ConfigurationStep()).changes.count == 1)
        #expect(files["/boot/grub/device.map"] == nil && files["/boot/grub2/device.map"] == "\n")
    }

    @Test("the swap space to resume from", arguments: ["/dev/sda3", "\"/dev/sda3\""])
    func resume(name: String) throws {
        let files = try files(["/etc/initramfs-tools/conf.d/resume": "RESUME=\(name)\n"])
        files.source?.disks[0].partitions[2].signatures[0].type = "swap"
        files.volumes = [.partition(3, "swap", "cccc")]
        try files.adapt(with: ConfigurationStep())
        #expect(files["/etc/initramfs-tools/conf.d/resume"] == "RESUME=UUID=cccc\n")
    }
}
