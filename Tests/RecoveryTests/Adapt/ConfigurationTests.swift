import BlockDevices
import Inventory
import Recovery
import Testing

@Suite("Names of devices in the configuration of a restored system")
struct ConfigurationTests {
    static let root = "11111111-aaaa-4000-8000-000000000001"
    static let home = "22222222-aaaa-4000-8000-000000000002"
    static let swap = "33333333-aaaa-4000-8000-000000000003"

    /// A machine with one MBR disk /dev/vda: root, home, swap.
    static func virtual(_ files: [String: String]) throws -> RestoredFiles {
        try RestoredFiles(
            files,
            volumes: [
                .partition(1, "ext4", root, at: "/", partitionUUID: "0badcafe-01"),
                .partition(2, "xfs", home, at: "/home"),
                .partition(5, "swap", swap),
            ],
            source: .source(disks: [.disk("/dev/vda", [(1, "ext4", root), (2, "xfs", home), (5, "swap", swap)])]))
    }

    @Test("fstab with kernel names gets UUIDs, and every other byte stays")
    func fstab() throws {
        let files = try Self.virtual([
            "/etc/fstab": """
            # <file system> <mount point>   <type>  <options>       <dump>  <pass>
            # / was on /dev/vda1 during installation\r
            /dev/vda1\t/               ext4    errors=remount-ro 0       1   # the root
              /dev/vda2   /home xfs  defaults 0 2

            /dev/vda5 none swap sw 0 0\r
            proc /proc proc defaults 0 0
            /dev/sr0 /media/cdrom0 udf,iso9660 user,noauto 0 0
            /srv/a /srv/b none bind 0 0
            nas:/export /mnt nfs defaults 0 0
            """
        ])
        let plan = try files.adapt(with: ConfigurationStep())
        #expect(plan.warnings == [])
        #expect(
            files["/etc/fstab"] == """
                # <file system> <mount point>   <type>  <options>       <dump>  <pass>
                # / was on /dev/vda1 during installation\r
                UUID=\(Self.root)\t/               ext4    errors=remount-ro 0       1   # the root
                  UUID=\(Self.home)   /home xfs  defaults 0 2

                UUID=\(Self.swap) none swap sw 0 0\r
                proc /proc proc defaults 0 0
                /dev/sr0 /media/cdrom0 udf,iso9660 user,noauto 0 0
                /srv/a /srv/b none bind 0 0
                nas:/export /mnt nfs defaults 0 0
                """)
        let reason = try #require(plan.changes.first).reason
        #expect(reason.contains("\"/dev/vda2   /home xfs  defaults 0 2\" becomes \"UUID=\(Self.home)"))
        #expect(reason.contains("which /dev/vda2 was on web01"))
        let proofs = try ConfigurationStep().prove(files.system)
        #expect(proofs.count == 3 && proofs.allSatisfy(\.holds))
    }

    @Test(
        "where disks were combined, kernel names and a PARTUUID that went lead to the partitions that hold the content now"
    )
    func combined() throws {
        let disks = [
            DiskDescription.disk("/dev/sda", [(1, "ext4", Self.root)]),
            DiskDescription.disk("/dev/sdb", number: 1, [(2, "xfs", Self.home), (3, "swap", Self.swap)]),
        ]
        let files = try RestoredFiles(
            [
                "/etc/fstab":
                    "/dev/sda1 / ext4 defaults 0 1\n/dev/sdb2 /home xfs defaults 0 2\nPARTUUID=0badcafe-03 none swap sw 0 0\n"
            ],
            volumes: [
                .partition(1, "ext4", Self.root, at: "/", partitionUUID: "0badcafe-01"),
                .partition(2, "xfs", Self.home, partitionUUID: "0badcafe-12"),
                .partition(5, "swap", Self.swap, partitionUUID: "0badcafe-15"),
            ],
            source: .source(disks: disks))
        files.machine.heldDisks = 2
        #expect(try ConfigurationStep().prove(files.system).map(\.holds) == [false, false, false])
        let plan = try files.adapt(with: ConfigurationStep())
        #expect(plan.warnings == [])
        #expect(
            files["/etc/fstab"]
                == "UUID=\(Self.root) / ext4 defaults 0 1\nUUID=\(Self.home) /home xfs defaults 0 2\nUUID=\(Self.swap) none swap sw 0 0\n"
        )
        #expect(try ConfigurationStep().prove(files.system).allSatisfy(\.holds))
    }

    @Test("before the step, the proofs say what does not resolve")
    func proofs() throws {
        let files = try Self.virtual(["/etc/fstab": "/dev/vda1 / ext4 defaults 0 1\n/dev/vda2 /home xfs nofail 0 2\n"])
        let proofs = try ConfigurationStep().prove(files.system)
        #expect(proofs.map(\.holds) == [false])
        #expect(proofs[0].statement.contains("/dev/vda1 for /"))
    }

    @Test(
        "names that come from UUIDs, labels, LVM and md stay",
        arguments: [
            "UUID=11111111-AAAA-4000-8000-000000000001", "\"UUID=\(root)\"", "UUID=\"\(root)\"", "LABEL=data",
            "PARTUUID=0badcafe-01", "/dev/disk/by-uuid/\(root)", "/dev/disk/by-label/data", "/dev/mapper/vg0-data",
            "/dev/vg0/data", "/dev/md0", "/dev/md/web:0",
        ])
    func stable(device: String) throws {
        let files = try Self.virtual(["/etc/fstab": "\(device) /data ext4 defaults 0 2\n"])
        files.volumes[1].superblock.label = "data"
        files.volumes.append(.stacked(["/dev/mapper/vg0-data", "/dev/vg0/data"], "ext4", "a"))
        files.volumes.append(.stacked(["/dev/md0", "/dev/md/web:0"], "ext4", "b"))
        let plan = try ConfigurationStep().plan(files.system)
        #expect(plan.changes.isEmpty && plan.warnings.isEmpty)
        #expect(try ConfigurationStep().prove(files.system).map(\.holds) == [true])
    }

    @Test(
        "what was not restored is a warning that tells what the start does, or is marked nofail on request",
        arguments: [
            ("UUID=dead", "/data", "defaults", "emergency mode", "defaults,nofail"),
            ("/dev/sdz1", "/data", "rw,noatime", "emergency mode", "rw,noatime,nofail"),
            ("/dev/vg9/data", "/data", "defaults", "emergency mode", "defaults,nofail"),
            ("UUID=dead", "/", "defaults", "cannot start", "defaults"),
            ("UUID=dead", "/data", "nofail", "starts without it", "nofail"),
            ("LABEL=gone", "/data", "noauto,user", "starts without it", "noauto,user"),
        ])
    func missing(device: String, mountPoint: String, options: String, words: String, marked: String) throws {
        let files = try Self.virtual(["/etc/fstab": "\(device) \(mountPoint)  ext4 \(options)\t0 2\n"])
        let plan = try files.adapt(with: ConfigurationStep())
        #expect(plan.changes.isEmpty)
        #expect(plan.warnings.count == 1 && plan.warnings[0].contains(words), "\(plan.warnings)")
        try files.adapt(with: ConfigurationStep(marksMissingAsNoFail: true))
        #expect(files["/etc/fstab"] == "\(device) \(mountPoint)  ext4 \(marked)\t0 2\n")
    }

    @Test("from images, letters count disks where they are of one kind and the file system is the expected one")
    func letters() throws {
        let text =
            "/dev/sda1 / ext4 defaults 0 1\n/dev/sdb1 /home xfs defaults 0 2\n/dev/sdb2 /wrong ext4 defaults 0 2\n"
        let files = try RestoredFiles(["/etc/fstab": text], machine: .machine(disks: ["/dev/vda", "/dev/vdb"]))
        files.volumes = [
            .partition(1, "ext4", Self.root, at: "/"), .partition(1, "xfs", Self.home, disk: 1),
            .partition(2, "btrfs", Self.swap, disk: 1),
        ]
        for source in [
            nil,
            MachineDescription.source(disks: [
                .disk("disk0.raw", [(1, "ext4", Self.root)]),
                .disk("disk1.raw", number: 1, [(1, "xfs", Self.home), (2, "btrfs", Self.swap)]),
            ]),
        ] {
            try files.write(Array(text.utf8), to: "/etc/fstab")
            files.source = source
            let plan = try files.adapt(with: ConfigurationStep())
            #expect(
                files["/etc/fstab"]?.hasPrefix("UUID=\(Self.root) / ext4 defaults 0 1\nUUID=\(Self.home) /home") == true
            )
            #expect(plan.warnings.count == 1 && plan.warnings[0].contains("/dev/sdb2"), "\(plan.warnings)")
        }
        try files.write(Array("/dev/sda1 / ext4 rw 0 1\n/dev/vda1 /x ext4 rw 0 1\n".utf8), to: "/etc/fstab")
        let plan = try ConfigurationStep().plan(files.system)
        #expect(plan.changes.isEmpty && plan.warnings.count == 2)
    }

    @Test("names by serial number are known from the description, names by socket only of a single disk")
    func hardwareNames() throws {
        let text = """
            /dev/disk/by-id/ata-Samsung_S5XYZ-part1 / ext4 defaults 0 1
            /dev/disk/by-path/pci-0000:00:1f.2-ata-1-part2 /home xfs defaults 0 2

            """
        let files = try Self.virtual(["/etc/fstab": text])
        files.source?.disks[0].identity.stableNames = ["ata-Samsung_S5XYZ", "wwn-0x5000"]
        try files.adapt(with: ConfigurationStep())
        #expect(
            files["/etc/fstab"] == "UUID=\(Self.root) / ext4 defaults 0 1\nUUID=\(Self.home) /home xfs defaults 0 2\n")
        files.source?.disks.append(.disk("/dev/vdb", number: 1, []))
        try files.write(Array(text.utf8), to: "/etc/fstab")
        #expect(try files.adapt(with: ConfigurationStep()).warnings.count == 1)
    }

    @Test("openSUSE: all subvolumes of one btrfs")
    func subvolumes() throws {
        let paths = ["/", "/var", "/usr/local", "/home", "/boot/grub2/i386-pc"]
        let lines = paths.map { "/dev/sda2  \($0)  btrfs  \($0 == "/" ? "defaults" : "subvol=/@\($0)")  0  0\n" }
        let files = try RestoredFiles(["/etc/fstab": lines.joined()])
        files.volumes = [.partition(2, "btrfs", Self.root, at: "/")]
        files.source = .source(disks: [.disk("/dev/sda", [(1, "", ""), (2, "btrfs", Self.root)])])
        try files.adapt(with: ConfigurationStep())
        #expect(files["/etc/fstab"] == lines.joined().replacing("/dev/sda2", with: "UUID=\(Self.root)"))
    }

    @Test("the same machine keeps its names, and they are proven")
    func sameMachine() throws {
        let files = try Self.virtual([
            "/etc/fstab": "/dev/vda1 / ext4 defaults 0 1\n/dev/vda5 none swap sw 0 0\n",
            "/etc/crypttab": "x /dev/vda2 /dev/urandom swap\n", "/boot/grub/device.map": "(hd0) /dev/vda\n",
            "/etc/mdadm.conf": "DEVICE /dev/vda*\n", "/etc/lvm/devices/system.devices": "IDTYPE=sys_wwid IDNAME=a\n",
            "/boot/grub/grub.cfg": "linux /vmlinuz root=/dev/vda1 ro\n",
        ])
        files.machine = .machine(disks: ["/dev/vda"])
        let plan = try ConfigurationStep().plan(files.system)
        #expect(plan.changes.isEmpty && plan.warnings.isEmpty, "\(plan)")
        #expect(try ConfigurationStep().prove(files.system).map(\.holds) == [true, true, true])
    }

    @Test("clones with one UUID are not told apart by it, so the name stays with a warning")
    func twins() throws {
        let files = try Self.virtual(["/etc/fstab": "/dev/vda2 /home xfs defaults 0 2\n"])
        files.volumes.append(.partition(2, "xfs", Self.home, disk: 1))
        let plan = try files.adapt(with: ConfigurationStep())
        #expect(plan.changes.isEmpty && plan.warnings[0].contains("same UUID"))
    }
}
