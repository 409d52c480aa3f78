import Archives
import LinuxSystem
import Recovery
import Testing

/// The initramfs of a restored system gets the drivers of the machine it woke up on, and the proof says whether it has them.
@Suite("Initramfs of a restored system")
struct InitramfsStepTests {
    private static func machine(_ drivers: [String], aliases: [String] = []) -> TargetMachine {
        TargetMachine(
            firmware: .bios,
            disks: [
                TargetMachine.Disk(
                    path: "/dev/sda", sizeInBytes: 1 << 30, logicalSectorSize: 512, drivers: drivers,
                    modaliases: aliases)
            ])
    }

    private static let scsi = machine(["sd_mod", "virtio_scsi", "virtio_pci"])

    private func apply(_ plan: AdaptationPlan, _ host: SystemWithKernel) throws {
        for change in plan.changes {
            guard case .append(let path, let bytes) = change.action else {
                Issue.record("not an append: \(change)")
                continue
            }
            let found = try #require(try host.tree.path(path))
            try Files.write(bytes, to: host.scratch["extra.cpio"])
            try Files.write(try Files.contents(of: found, limit: 64 << 20) + bytes, to: found)
        }
    }

    @Test(
        "gets what it lacks, once, and keeps what it had",
        arguments: ["zstd -q", "gzip -1", "xz -0 --check=crc32", "cat", "lz4 -q -l"])
    func adds(_ pack: String) throws {
        let host = try SystemWithKernel(holding: ["virtio_blk"], pack: pack)
        let step = InitramfsStep()
        let system = host.system(for: Self.scsi)
        #expect(try step.prove(system).allSatisfy(\.holds) == false, "it must not pass before it was mended")
        let plan = try step.plan(system)
        #expect(plan.changes.count == 1)
        try apply(plan, host)
        let scan = try InitramfsScan(try #require(try host.tree.path(host.image))) { $0 == "conf/modules" }
        let names = scan.files.filter { $0.contains(".ko") }.compactMap { $0.split(separator: "/").last }
        #expect(
            Set(["virtio_blk.ko", "sd_mod.ko", "virtio_scsi.ko"]).isSubset(
                of: Set(names.map { String($0.prefix { $0 != "." }) + ".ko" })))
        #expect(scan.files.contains("usr/lib/modules/\(host.release)/modules.dep.bin"))
        let list = String(decoding: scan.contents["conf/modules"] ?? [], as: UTF8.self).split(separator: "\n")
        #expect(list.first == "dm_mod" && list.contains("virtio_scsi"), "\(list)")
        #expect(try step.plan(system).changes.isEmpty)
        #expect(try step.prove(system).allSatisfy(\.holds))
    }

    @Test(
        "the system's own tool is told of added drivers once, behind what its settings say",
        arguments: [
            ("etc/initramfs-tools/initramfs.conf", "/etc/initramfs-tools/modules", "# own\nraid1", "virtio_scsi"),
            ("usr/bin/dracut", "/etc/dracut.conf.d/90-lifeboat.conf", nil, "add_drivers+=\" virtio_scsi \""),
            ("etc/mkinitcpio.conf", "/etc/mkinitcpio.conf.d/lifeboat.conf", nil, "MODULES+=(virtio_scsi)"),
        ])
    func lasting(_ sign: String, _ path: String, _ old: String?, _ line: String) throws {
        let host = try SystemWithKernel(holding: ["virtio_blk"])
        try host.tree.write([], to: "/" + sign)
        if let old { try host.tree.write(Array(old.utf8), to: path) }
        let step = InitramfsStep()
        let system = host.system(for: Self.scsi)
        var plan = try step.plan(system)
        guard case .write(path, let bytes, _) = try #require(plan.changes.first).action else {
            Issue.record("the tool is told first: \(plan.changes.map(\.reason))")
            return
        }
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.hasPrefix(old.map { $0 + "\n" } ?? "# Lifeboat"))
        #expect(text.split(separator: "\n").contains(Substring(line)), "\(text)")
        #expect(!text.contains("scsi_mod"), "what a driver needs comes with it")
        try host.tree.write(bytes, to: path)
        // Cut off here, the next run does the rest and does not say it twice.
        plan = try step.plan(system)
        #expect(plan.changes.count == 1)
        try apply(plan, host)
        #expect(try step.plan(system).changes.isEmpty)
    }

    @Test("further files are added once, and again when they are to say something else")
    func files() throws {
        let host = try SystemWithKernel(holding: ["virtio_blk"])
        let system = host.system(for: Self.machine(["virtio_blk"]))
        for name in ["lan0", "lan1"] {
            let path = "etc/systemd/network/10-lifeboat-nic.link"
            let step = InitramfsStep { (_) throws(RecoveryError) in [(path, Array("Name=\(name)\n".utf8))] }
            let plan = try step.plan(system)
            #expect(plan.changes.count == 1)
            #expect(plan.changes[0].reason.contains(path))
            try apply(plan, host)
            let scan = try InitramfsScan(try #require(try host.tree.path(host.image))) { $0 == path }
            #expect(scan.contents[path].map { String(decoding: $0, as: UTF8.self) } == "Name=\(name)\n")
            #expect(try step.plan(system).changes.isEmpty, "a second run has nothing to do")
        }
    }

    @Test("what initramfs-tools put beside udev's own files is there, until /etc says something else")
    func filesElsewhere() throws {
        let host = try SystemWithKernel(holding: ["virtio_blk"])
        let system = host.system(for: Self.machine(["virtio_blk"]))
        let name = "systemd/network/10-lifeboat-nic.link"
        func step(_ path: String, _ text: String) -> InitramfsStep {
            InitramfsStep { (_) throws(RecoveryError) in [(path, Array(text.utf8))] }
        }
        try apply(try step("usr/lib/\(name)", "Name=lan0\n").plan(system), host)
        #expect(try step("etc/\(name)", "Name=lan0\n").plan(system).changes.isEmpty)
        let other = step("etc/\(name)", "Name=lan1\n")
        try apply(try other.plan(system), host)
        #expect(try other.plan(system).changes.isEmpty)
        #expect(try step("etc/\(name)", "Name=lan0\n").plan(system).changes.count == 1)
    }

    @Test("modprobe loads the added drivers, and those that were there, from the unpacked image")
    func loadable() throws {
        let host = try SystemWithKernel(holding: ["virtio_blk"])
        #expect(try host.loadable("virtio_blk"))
        #expect(try host.loadable("virtio_scsi") == false, "the judge must be able to say no")
        try apply(try InitramfsStep().plan(host.system(for: Self.scsi)), host)
        for module in ["virtio_blk", "virtio_scsi", "sd_mod"] { #expect(try host.loadable(module), "\(module)") }
    }

    @Test("drivers are found by the aliases of devices as well")
    func aliases() throws {
        let host = try SystemWithKernel(holding: ["virtio_blk"])
        let machine = Self.machine(
            [], aliases: ["virtio:d00000008v00001AF4", "pci:v00001AF4d00001048sv0sd0bc01sc00i00"])
        try apply(try InitramfsStep().plan(host.system(for: machine)), host)
        #expect(try host.loadable("virtio_scsi"))
    }

    @Test("a machine whose drivers are there changes nothing; one that the kernel has no driver for is not proved")
    func nothingToDo() throws {
        let host = try SystemWithKernel(holding: ["virtio_blk", "virtio_pci"])
        let step = InitramfsStep()
        let same = host.system(for: Self.machine(["virtio_blk", "virtio_pci"]))
        #expect(try step.plan(same).changes.isEmpty)
        #expect(try step.prove(same).map(\.holds) == [true])
        let unknown = host.system(for: Self.machine(["raid_of_the_future"]))
        #expect(try step.plan(unknown).warnings.contains { $0.contains("raid_of_the_future") })
        #expect(try step.prove(unknown).contains { !$0.holds && $0.detail.contains("raid_of_the_future") })
    }

    @Test("an image that cannot be read is left alone, said, and not proved")
    func damaged() throws {
        let host = try SystemWithKernel(holding: ["virtio_blk"])
        let path = try #require(try host.tree.path(host.image))
        let bytes = try Files.contents(of: path, limit: 64 << 20)
        try Files.write(Array(bytes[..<(bytes.count / 2)]), to: path)
        let system = host.system(for: Self.scsi)
        let plan = try InitramfsStep().plan(system)
        #expect(plan.changes.isEmpty && plan.warnings.count == 1, "\(plan)")
        #expect(try InitramfsStep().prove(system).contains { !$0.holds })
    }

    @Test("a system without a kernel is not proved")
    func noKernel() throws {
        let scratch = try ScratchDirectory()
        let system = RestoredSystem(tree: SystemTree(root: scratch.path), volumes: [], machine: Self.scsi, source: nil)
        #expect(try InitramfsStep().prove(system).map(\.holds) == [false])
    }
}
