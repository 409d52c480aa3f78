import Archives
import LinuxSystem
import Recovery
import Testing

/// The restored system's own tool makes its initramfs anew, when the system is up or at once; the start never depends on it.
@Suite("The system's own initramfs tool")
struct RebuildTests {
    private static func machine(_ disk: String) throws -> TargetMachine {
        try TargetMachine.current(disks: [disk]).described(as: "bios,virtio-scsi")
    }

    /// Parts of the adaptation that this is about.
    private func adapt(_ disk: String, _ when: InitramfsRebuild, isDryRun: Bool = false) throws -> AdaptationReport {
        var request = Adaptation.Request(machine: try Self.machine(disk))
        request.isThisMachine = false
        request.rebuild = when
        request.isDryRun = isDryRun
        request.skipped = ["configuration", "hibernation", "network", "bootloader", "hypervisor"]
        return try Adaptation.run(request)
    }

    private func step(_ name: String, _ report: AdaptationReport) throws -> AdaptationReport.Step {
        try #require(report.steps.first { $0.name == name })
    }

    /// A disk whose only partition has the host's root, and what is in a file of it.
    private func disk(of host: SystemWithKernel) throws -> String {
        let script = """
            set -e; cd '\(host.scratch.path)'; mkdir -p root/sbin root/proc root/sys root/dev root/run root/tmp; : > root/sbin/init
            echo 'UUID=11111111-1111-4111-8111-111111111111 / ext4 defaults 0 1' > root/etc/fstab
            size=$(($(du -sm root | cut -f 1) * 5 / 4 + 64)); truncate -s $((size + 2))M disk.raw
            printf 'label: gpt\\nstart=1MiB, size=%sMiB\\n' $size | sfdisk -q disk.raw
            mkfs.ext4 -q -b 4096 -m 0 -U 11111111-1111-4111-8111-111111111111 -d root -E offset=1048576 disk.raw ${size}M
            """
        let made = try ChildProcess.run(["bash", "-c", script])
        try #require(made.status.isSuccess, "\(made.errorText)")
        return host.scratch["disk.raw"]
    }

    private func text(_ path: String, on disk: String) throws -> String {
        let result = try ChildProcess.run(["debugfs", "-R", "cat \(path)", "\(disk)?offset=1048576"])
        return String(decoding: result.output, as: UTF8.self)
    }

    private func image(_ host: SystemWithKernel, on disk: String) throws -> InitramfsScan {
        let copy = host.scratch["copy"]
        let result = try ChildProcess.run(["debugfs", "-R", "dump \(host.image) \(copy)", "\(disk)?offset=1048576"])
        try #require(result.status.isSuccess)
        return try InitramfsScan(copy)
    }

    @Test("a unit makes images anew when the system is up, and goes with what it was for")
    func firstBoot() throws {
        let host = try SystemWithKernel(holding: ["virtio_blk"])
        try host.tree.write([], to: "/usr/lib/systemd/systemd")
        try host.tree.write([], to: "/usr/sbin/update-initramfs")
        let disk = try disk(of: host)
        let unit = "/etc/systemd/system/lifeboat-initramfs.service"
        #expect(try step("rebuild", adapt(disk, .firstBoot, isDryRun: true)).changes.count == 2)
        #expect(try text(unit, on: disk).isEmpty)
        let report = try adapt(disk, .firstBoot)
        #expect(try step("rebuild", report).changes.count == 2)
        #expect(try step("initramfs", report).proofs.allSatisfy(\.holds))
        #expect(try text(unit, on: disk).contains("'/usr/sbin/update-initramfs -u -k all && rm -f "))
        #expect(
            try text("/etc/systemd/system/multi-user.target.d/10-lifeboat-initramfs.conf", on: disk)
                .contains("Wants=lifeboat-initramfs.service"))
        #expect(try image(host, on: disk).files.contains("lifeboat-addition"))
        #expect(try step("rebuild", adapt(disk, .firstBoot)).changes.isEmpty)
    }

    @Test("systemd reads the unit as it is meant")
    func unit() throws {
        let host = try SystemWithKernel(holding: ["virtio_blk"])
        for path in ["/usr/lib/systemd/systemd", "/usr/bin/dracut"] { try host.tree.write([], to: path) }
        let initramfs = InitramfsStep()
        let machine = TargetMachine(
            firmware: .bios,
            disks: [
                TargetMachine.Disk(
                    path: "/dev/sda", sizeInBytes: 1 << 30, logicalSectorSize: 512, drivers: ["virtio_scsi"],
                    modaliases: [])
            ])
        let plan = try RebuildStep(.firstBoot, for: initramfs).plan(host.system(for: machine))
        guard case .write(let path, let bytes, _) = try #require(plan.changes.first).action else {
            Issue.record("not a file: \(plan)")
            return
        }
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.contains("ExecStart=/bin/sh -c '/usr/bin/dracut --regenerate-all --force && rm -f "))
        let file = host.scratch[Files.lastComponent(of: path)]
        try Files.write(bytes, to: file)
        let judged = try ChildProcess.run(["systemd-analyze", "verify", file])
        #expect(!judged.errorText.contains(file), "\(judged.errorText)")
        // Where there is no tool, or nothing would run it, that is said.
        try host.tree.remove("/usr/bin/dracut")
        #expect(try RebuildStep(.firstBoot, for: initramfs).plan(host.system(for: machine)).warnings.count == 1)
        #expect(try RebuildStep(.never, for: initramfs).plan(host.system(for: machine)).warnings.isEmpty)
    }

    @Test(
        "the tool runs with the system as root; what it leaves out, and an image that it does not make, gets the drivers",
        arguments: [
            (script: "cp /ready \"$image\"", sign: false, warning: String?.none),
            (script: "cp /empty \"$image\"", sign: true, warning: nil),
            (script: "echo no room for that >&2; exit 3", sign: true, warning: "no room for that"),
        ])
    func now(script: String, sign: Bool, warning: String?) throws {
        let host = try SystemWithKernel(holding: ["virtio_blk"])
        let ready = try SystemWithKernel(holding: ["virtio_blk", "virtio_scsi", "virtio_pci", "sd_mod"])
        try host.tree.write(
            Files.contents(of: try #require(try ready.tree.path(ready.image)), limit: 64 << 20), to: "/ready")
        try host.tree.write(
            Files.contents(of: try #require(try host.tree.path(host.image)), limit: 64 << 20), to: "/empty")
        // The settings come before the tool, and it has a shell, /proc and a /run of its own.
        let tool = """
            #!/bin/sh
            image=\(host.image); read -r version < /proc/version
            while read -r line; do [ "$line" = virtio_scsi ] && told=yes; done < /etc/initramfs-tools/modules
            [ "$*" = "-u -k all" ] && [ "$told" = yes ] && [ -n "$version" ] && : > /run/own || exit 9
            \(script)

            """
        try host.tree.write(Array(tool.utf8), to: "/usr/sbin/update-initramfs", mode: 0o755)
        try host.tree.write([], to: "/etc/initramfs-tools/initramfs.conf")
        let copied = try ChildProcess.run([
            "bash", "-c",
            """
            set -e; cd "$0"; mkdir -p bin lib64
            for program in /bin/sh /bin/cp; do
                cp -L $program bin/
                for file in $(ldd $program | grep -o '/[^ ]*'); do mkdir -p ".$(dirname $file)"; cp -L $file ".$file"; done
            done
            """, host.tree.root,
        ])
        try #require(copied.status.isSuccess, "\(copied.errorText)")
        let disk = try disk(of: host)
        let report = try adapt(disk, .now)
        let step = try step("rebuild", report)
        #expect(step.changes.count == 2, "\(step)")
        #expect(step.warnings.count == (warning == nil ? 0 : 1))
        if let warning { #expect(step.warnings.first?.contains(warning) == true, "\(step.warnings)") }
        #expect(try image(host, on: disk).files.contains("lifeboat-addition") == sign)
        #expect(try self.step("initramfs", report).proofs.allSatisfy(\.holds), "\(report)")
        #expect(!Files.exists("/run/own"))
    }
}
