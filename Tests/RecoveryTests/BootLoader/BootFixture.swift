import BlockDevices
import LinuxSystem
import Recovery
import Testing

/// A restored system in miniature: a disk image made by sgdisk or sfdisk, and its files in a directory.
struct BootFixture {
    static let rootUUID = "0b3c5d1e-8f27-4c11-9a6d-3e5f7a9b1c2d"
    static let monolithic = "/usr/lib/grub/x86_64-efi/monolithic/grubx64.efi"

    let scratch: ScratchDirectory
    let disk: String
    let size: UInt64
    let tree: SystemTree
    var volumes: [RestoredSystem.Volume]
    var firmware = TargetMachine.FirmwareMode.uefi
    var secureBoot = false
    var step: BootLoaderStep
    /// Disks after the first.
    var more: [String] = []

    /// `table` are sgdisk's arguments, or sfdisk's input when it begins with "label".
    init(_ table: String, sizeMiB: UInt64 = 256, rootPartition: Int = 1) throws {
        scratch = try ScratchDirectory()
        disk = scratch["disk.img"]
        size = sizeMiB << 20
        try FileDescriptor(disk, [.write, .createNew]).truncate(to: size)
        let script = table.hasPrefix("label") ? "printf '\(table)' | sfdisk '\(disk)'" : "sgdisk \(table) '\(disk)'"
        try Self.run(["sh", "-c", script])
        tree = SystemTree(root: scratch["root"])
        try Files.makeDirectories(tree.root)
        volumes = [
            RestoredSystem.Volume(
                description: "root", device: "/dev/null",
                superblock: Superblock(type: "ext4", usage: .filesystem, uuid: Self.rootUUID), disk: 0,
                partition: rootPartition, mountPoint: "/")
        ]
        step = BootLoaderStep(
            files: LoaderFiles(directory: scratch["rescue"]), firmwareVariables: scratch["efivars"],
            partitionNames: scratch["by-partuuid"])
        try Files.makeDirectories(scratch["by-partuuid"])
        try Files.makeDirectories(scratch["efivars"])
        try Files.write([6, 0, 0, 0, 0, 0], to: scratch["efivars"] + "/BootCurrent-\(FirmwareVariables.global)")
        try put("ID=debian\n", "/etc/os-release")
        try put("UUID=\(Self.rootUUID) / ext4 defaults 0 1", "/etc/fstab")
        try put("kernel", "/boot/vmlinuz-1")
        try put("initramfs", "/boot/initrd.img-1")
        try put(
            """
            set default="0"
            set timeout=0
            menuentry 'Debian' --class debian {
                linux /boot/vmlinuz-1 root=UUID=\(Self.rootUUID) ro console=ttyS0 panic=-1
                initrd /boot/initrd.img-1
            }
            """, "/boot/grub/grub.cfg")
    }

    func put(_ text: String, _ path: String) throws { try tree.write(Array(text.utf8), to: path) }

    /// What the rescue image has: a shim that is one by its marks only, and GRUB with Debian's prefix.
    func fillRescue() throws {
        let rescue = SystemTree(root: scratch["rescue"])
        try Files.makeDirectories(rescue.root)
        try rescue.write(ProgramImage.shim.bytes, to: "/shimx64.efi.signed")
        try rescue.write(ProgramImage.other.bytes, to: "/mmx64.efi.signed")
        try rescue.write(try Files.contents(of: Self.monolithic, limit: 16 << 20), to: "/grubx64.efi.signed")
        try Self.run(["cp", "-r", "/usr/lib/grub/i386-pc", rescue.root])
    }

    var system: RestoredSystem {
        RestoredSystem(
            tree: tree, volumes: volumes,
            machine: TargetMachine(
                firmware: firmware, isSecureBootEnforced: secureBoot,
                disks: ([disk] + more).map {
                    TargetMachine.Disk(path: $0, sizeInBytes: size, logicalSectorSize: 512)
                }), source: nil)
    }

    /// Carries the changes out, as `AdaptationRun` does it on a machine.
    func apply(_ changes: [AdaptationChange]) throws {
        for change in changes {
            #expect(!change.reason.isEmpty)
            switch change.action {
            case .write(let path, let bytes, let mode): try tree.write(bytes, to: path, mode: mode)
            case .append(let path, let bytes): try tree.write((try tree.contents(of: path) ?? []) + bytes, to: path)
            case .remove(let path): try tree.remove(path)
            case .writeDisk(_, let offset, let bytes): try FileDescriptor(disk, [.write]).write(bytes, at: offset)
            case .writeESP(_, let offset, let path, let bytes):
                try ESPFiles.write(bytes, to: path, on: disk, offset: offset)
            case .overwrite, .writeVolume, .run, .checkFileSystem, .growFileSystem, .growPhysicalVolume,
                .extendLogicalVolume:
                Issue.record("no part of a boot loader")
            case .setFirmwareVariable(let name, let attributes, let bytes):
                let path = "\(scratch["efivars"])/\(name)"
                try Files.remove(path)
                if let bytes { try Files.write([UInt8(attributes), 0, 0, 0] + bytes, to: path) }
            }
        }
    }

    /// Plans, applies, and expects that nothing is left to do.
    @discardableResult
    func adapt() throws -> AdaptationPlan {
        let plan = try step.plan(system)
        try apply(plan.changes)
        let again = try step.plan(system).changes.map(\.reason)
        #expect(again.isEmpty, "a second plan is empty: \(again)")
        return plan
    }

    /// Statements that do not hold.
    func red() throws -> [String] {
        let proofs = try step.prove(system)
        #expect(!proofs.isEmpty)
        return proofs.filter { !$0.holds }.map { "\($0.statement): \($0.detail)" }
    }

    @discardableResult
    static func run(_ arguments: [String]) throws -> String {
        let result = try ChildProcess.run(arguments, environment: environment)
        let text = String(decoding: result.output, as: UTF8.self) + result.errorText
        #expect(result.status.isSuccess, "\(arguments.joined(separator: " ")): \(text)")
        return text
    }

    private static let environment = [
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "MTOOLS_SKIP_CHECK": "1",
        "LC_ALL": "C.UTF-8",
    ]

    /// First block and number of blocks of a partition, as partx sees them.
    func blocks(_ number: Int) throws -> (start: UInt64, count: UInt64) {
        let text = try Self.run(["partx", "-g", "-o", "START,SECTORS", "-n", "\(number)", disk])
        let numbers = text.split(whereSeparator: \.isWhitespace).compactMap { UInt64($0) }
        return (try #require(numbers.first), try #require(numbers.last))
    }

    /// Bytes of a partition as a file of their own, for judges that know no offsets.
    func partition(_ number: Int) throws -> String {
        let (start, count) = try blocks(number)
        let copy = scratch["partition-\(number).img"]
        try Self.run(["dd", "if=\(disk)", "of=\(copy)", "bs=512", "skip=\(start)", "count=\(count)", "conv=sparse"])
        return copy
    }

    /// Puts an ext4 with the files of the tree into a partition.
    func fill(_ number: Int) throws {
        let (start, count) = try blocks(number)
        let image = scratch["root.img"]
        try FileDescriptor(image, [.write, .createNew]).truncate(to: count * 512)
        try Self.run(["mke2fs", "-q", "-t", "ext4", "-U", Self.rootUUID, "-d", tree.root, image])
        try Self.run([
            "dd", "if=\(image)", "of=\(disk)", "bs=1M", "seek=\(start * 512)", "oflag=seek_bytes",
            "conv=notrunc,sparse",
        ])
    }
}
