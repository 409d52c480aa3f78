import BlockDevices
import Capture
import Inventory
import LinuxSystem
import Recovery
import Repository
import Testing

/// On loop devices: what is here, and is not what is restored to. Needs root.
@Suite("Twins of restored disks on a machine")
struct TwinSearchTests {
    /// GPT: an ext4 that holds a system, and a physical volume. Beside it a clone, a disk with a group of the same name, and a
    /// stranger.
    private static let script = #"""
        set -eu
        cd "$1"
        lvm2() {
            LVM_SUPPRESS_FD_WARNINGS=1 lvm "$@" --config "
                devices { filter=[\"a|^$loop\$|\",\"r|.*|\"] use_devicesfile=0 scan=\"/dev\" }
                global { activation=0 use_lvmpolld=0 } activation { monitoring=0 udev_sync=0 udev_rules=0 }
                backup { backup=0 archive=0 }" > lvm.log 2>&1 || { cat lvm.log >&2; return 1; }
        }
        group() {
            loop=$(losetup --show -f -o "$2" --sizelimit 10M "$1")
            lvm2 pvcreate -y "$loop" && lvm2 vgcreate -s 1M "$3" "$loop" || { losetup -d "$loop"; return 1; }
            losetup -d "$loop"
        }
        truncate -s 32M source.img other.img stranger.img
        printf 'label: gpt\nstart=1MiB, size=16MiB\nstart=21MiB, size=10MiB\n' | sfdisk -q source.img
        mkfs.ext4 -q -b 4096 -d tree -E offset=1048576 source.img 16M
        group source.img 21M lifeboat_twin_group
        cp source.img clone.img
        truncate -s 48M target.img
        group other.img 0 lifeboat_twin_group
        mkfs.ext4 -q -b 4096 stranger.img 16M
        """#

    @Test(
        "the old disk and a group of the same name are warned of before the first write and by the adaptation, the target and a stranger are not"
    )
    func machine() throws {
        let files = try RestoredFiles(["/tree/etc/fstab": "", "/tree/sbin/init": ""])
        let made = try ChildProcess.run(["bash", "-c", Self.script, "bash", files.root])
        try #require(made.status.isSuccess, "\(made.errorText)")
        let repository = try Repository.initialize(DirectoryStore(files.root + "/repository"))
        let source = try RawDisk.openSource(files.root + "/source.img")
        _ = try HostCapture.run(CaptureRequest(hostName: "web01", sources: [source], program: "test"), to: repository)
        let timeline = try repository.timeline(of: "web01")
        let view = try View(repository, host: timeline.host, moment: try #require(timeline.moments.last))

        let clone = try LoopDevice(over: files.root + "/clone.img")
        let other = try LoopDevice(over: files.root + "/other.img")
        let stranger = try LoopDevice(over: files.root + "/stranger.img")
        let target = try LoopDevice(over: files.root + "/target.img")
        defer { for device in [clone, other, stranger, target] { extendLifetime(device) } }
        func judge(_ warnings: [String]) {
            func about(_ device: LoopDevice) -> [String] { warnings.filter { $0.contains("\(device.path) ") } }
            #expect(about(clone).count == 1 && about(other).count == 1, "\(warnings)")
            #expect(about(stranger).isEmpty && about(target).isEmpty, "\(warnings)")
            let all = about(clone).first ?? ""
            #expect(all.contains("disk GUID ") && all.contains("Unplug \(clone.path)"), "\(all)")
            #expect(about(other).first?.contains("volume group lifeboat_twin_group") == true, "\(warnings)")
            #expect(about(other).first?.contains("vgrename") == true, "\(warnings)")
        }

        var request = RestoreRequest(view: view, mapping: [DiskAssignment(source: 0, target: target.path)])
        request.isInterrupted = { false }
        let prepared = try Restore.prepare(request)
        judge(prepared.plan.warnings)
        let report = try prepared.run(confirmations: ["\(48 << 20)", "\(48 << 20) \(target.path)"])
        judge(report.warnings)
        // The target has everything by now, and is no twin of itself.
        judge(try Restore.prepare(request).plan.warnings)

        var adaptation = Adaptation.Request(machine: try TargetMachine.current(disks: [target.path]))
        adaptation.isDryRun = true
        judge(try Adaptation.run(adaptation).warnings)
        adaptation.isThisMachine = false
        #expect(!(try Adaptation.run(adaptation).warnings.contains { $0.contains(clone.path) }))
        // Started elsewhere: nothing here is beside it.
        request.mapping = [DiskAssignment(source: 0, target: files.root + "/image.img")]
        #expect(!(try Restore.prepare(request).plan.warnings.contains { $0.contains(clone.path) }))
    }
}
