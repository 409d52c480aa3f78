import CSQLite
import LinuxSystem
import Recovery
import Testing

@Suite("Guests of a restored Proxmox VE")
struct ProxmoxTests {
    /// As pmxcfs makes it (pve-cluster, data/src/database.c).
    static let schema = """
        PRAGMA journal_mode = WAL;
        CREATE TABLE tree (inode INTEGER PRIMARY KEY NOT NULL, parent INTEGER NOT NULL CHECK(typeof(parent)=='integer'),
        version INTEGER NOT NULL CHECK(typeof(version)=='integer'), writer INTEGER NOT NULL CHECK(typeof(writer)=='integer'),
        mtime INTEGER NOT NULL CHECK(typeof(mtime)=='integer'), type INTEGER NOT NULL CHECK(typeof(type)=='integer'),
        name TEXT NOT NULL, data BLOB);
        INSERT INTO tree VALUES (0, 0, 1, 0, 0, 8, '__version__', NULL), (2, 0, 2, 0, 0, 4, 'nodes', NULL),
        (3, 2, 3, 0, 0, 4, 'pve', NULL), (4, 3, 4, 0, 0, 4, 'qemu-server', NULL), (5, 2, 5, 0, 0, 4, 'other', NULL),
        (6, 5, 6, 0, 0, 4, 'qemu-server', NULL), (90, 91, 7, 0, 0, 8, 'loop', NULL), (91, 90, 8, 0, 0, 4, 'loop', NULL);

        """

    static let guest = """
        agent: 1
        cores: 2
        cpu: host,flags=+aes
        hostpci0: 01:00,pcie=1
        memory: 4096
        name: web
        net0: virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1
        onboot: 1
        scsi0: local-lvm:vm-100-disk-0,iothread=1,size=32G
        scsi1: /dev/disk/by-id/ata-OLD_S1-part2,size=1G
        sockets: 1
        usb0: host=0bda:8153

        [before-upgrade]
        memory: 999999999

        """

    static let storages = """
        dir: local
        \tpath /var/lib/vz
        \tcontent iso,vztmpl,backup

        lvmthin: local-lvm
        \tthinpool data
        \tvgname pve

        """

    /// A restored host "pve". The database is taken while it is open, so that what is in it lies in its log.
    private func system(
        _ guests: [(number: Int, node: Int, text: String)] = [(100, 4, guest)], statements: String = ""
    ) throws -> RestoredFiles {
        let volume = RestoredSystem.Volume.stacked(
            ["/dev/pve/root", "/dev/mapper/pve-root"], "ext4", "33333333", at: "/")
        let files = try RestoredFiles(
            [
                "/etc/hostname": "pve\n", "/var/lib/vz/x": "",
                "/etc/network/interfaces": "auto vmbr0\niface vmbr0 inet static\n\tbridge-ports none\n",
            ], volumes: [volume],
            machine: HypervisorTests.machine(
                vendor: "AuthenticAMD", flags: ["svm", "aes"], pci: ["0000:01:00.0": "1b36:0010, nvme"]),
            source: HypervisorTests.source)
        let scratch = try RestoredFiles([:])
        var database: OpaquePointer?
        try #require(sqlite3_open(scratch.root + "/config.db", &database) == SQLITE_OK)
        defer { sqlite3_close(database) }
        var all =
            Self.schema + "INSERT INTO tree VALUES (7, 0, 9, 0, 0, 8, 'storage.cfg', CAST('\(Self.storages)' AS BLOB));"
        for (number, node, text) in guests {
            all +=
                "INSERT INTO tree VALUES (\(number), \(node), 9, 0, 0, 8, '\(number).conf', CAST('\(text)' AS BLOB));"
        }
        try #require(sqlite3_exec(database, all + statements, nil, nil, nil) == SQLITE_OK)
        for suffix in ["", "-wal"] {
            let bytes = try Files.contents(of: scratch.root + "/config.db" + suffix)
            try #require(suffix.isEmpty || bytes.count > 4096)
            try files.write(bytes, to: "/var/lib/pve-cluster/config.db" + suffix)
        }
        return files
    }

    @Test("guests are read from the cluster's database and its log, which stay as they are")
    func database() throws {
        let files = try system()
        let before = try ["", "-wal"].map { try Files.contents(of: "\(files.root)/var/lib/pve-cluster/config.db\($0)") }
        let plan = try files.adapt(with: HypervisorStep())
        let after = try ["", "-wal"].map { try Files.contents(of: "\(files.root)/var/lib/pve-cluster/config.db\($0)") }
        #expect(before == after && plan.changes.isEmpty)
        #expect(try Files.names(in: "\(files.root)/var/lib/pve-cluster") == ["config.db", "config.db-wal"])
        #expect(plan.warnings.count == 2, "\(plan.warnings)")
        #expect(
            plan.warnings.allSatisfy { $0.hasPrefix("Guest 100 (web) (/etc/pve/nodes/pve/qemu-server/100.conf): ") })
        #expect(plan.warnings[0].contains("0000:01:00 is passed to it, which is 1b36:0010, nvme in this machine"))
        #expect(plan.warnings[1].contains("it should be /dev/disk/by-partuuid/0badcafe-02"))
    }

    @Test("another node's guests and templates are not this host's")
    func others() throws {
        let files = try system([(100, 6, Self.guest), (101, 4, "template: 1\nmemory: 99999999\n")])
        #expect(try files.adapt(with: HypervisorStep()).warnings == [])
    }

    @Test(
        "what the machine lacks",
        arguments: [
            ("cpu: Skylake-Server", "one of Intel and this machine's is of AMD"),
            ("cpu: x86-64-v3", "needs what this machine's processor does not have (avx, avx2"),
            ("cpu: host,flags=+pcid;+aes", "does not have (pcid)"),
            ("memory: current=131072", "it has 131072 MiB of memory"),
            ("sockets: 2\ncores: 12", "\"qm set 101 --sockets 1 --cores 16\""),
            ("affinity: 3,20-23", "\"qm set 101 --delete affinity\""),
            ("net0: virtio=BC:24:11:00:00:01,bridge=vmbr7", "the bridge vmbr7"),
            ("virtio0: /srv/disk.raw", "its disk virtio0, /srv/disk.raw, is not in the restored system"),
            ("sata0: tank:vm-101-disk-0", "in the storage tank, which is not defined"),
        ])
    func lacks(line: String, words: String) throws {
        let warnings = try system([(101, 4, line + "\n")]).adapt(with: HypervisorStep()).warnings
        #expect(warnings.count == 1 && warnings[0].contains(words), "\(warnings)")
    }

    @Test("a volume group that was not restored is said, with the guests that lie in it")
    func group() throws {
        let files = try system([(100, 4, "scsi0: local-lvm:vm-100-disk-0,size=32G\n")])
        files.volumes = [.partition(1, "ext4", "33333333", at: "/")]
        let warnings = try files.adapt(with: HypervisorStep()).warnings
        #expect(
            warnings.count == 1 && warnings[0].contains("no volume of group pve with")
                && warnings[0].contains("in it: 100"))
    }

    @Test("a database that is none, or whose table would not end, is a warning")
    func damaged() throws {
        let none = try system()
        try none.write(Array("no database".utf8), to: "/var/lib/pve-cluster/config.db")
        try Files.remove(none.root + "/var/lib/pve-cluster/config.db-wal")
        let endless = try system(
            statements: """
                DROP TABLE tree; CREATE VIEW tree AS WITH RECURSIVE c(inode) AS (SELECT 1 UNION ALL SELECT inode FROM c)
                SELECT inode, 0 AS parent, 8 AS type, 'x' AS name, NULL AS data FROM c WHERE inode > 1;
                """)
        for files in [none, endless] {
            let plan = try files.adapt(with: HypervisorStep())
            #expect(plan.changes.isEmpty && plan.warnings.count == 1)
            #expect(plan.warnings[0].contains("cannot be read, and the guests of Proxmox VE were not checked"))
        }
    }
}
