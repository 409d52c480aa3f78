import LinuxSystem
import Recovery
import RegistryTesting
import Testing

/// A disk image with Windows in miniature: its table by sfdisk, its NTFS by mkntfs and ntfs-3g, its EFI system partition by
/// mkfs.vfat and mtools, its registry and boot configuration from nothing. No file of a real Windows is in it. Judged by the
/// same tools and by hivexregedit. Needs root: loop devices and FUSE.
struct WindowsFixture {
    enum Kind { case uefi, bios }

    static let disk = "b0a7f5d2-31c4-4e8f-9a60-7d2c1e5b8f04"
    static let esp = "1c9e4b7a-5d20-4f3b-8e61-0a7b6c5d4e3f"
    static let windows = "6f2d8c1b-9a34-4c57-b0e8-3d4f5a6b7c8d"
    static let signature: UInt32 = 0x1a2b_3c4d
    static let manager = "{9dea862c-5cdd-4e70-acc1-f32b344d4795}"
    static let loader = "{3c1f0a52-7d84-11ef-9b6e-a4b1c2d3e4f5}"

    let kind: Kind
    let scratch: ScratchDirectory
    let path: String
    let size: UInt64 = 112 << 20
    /// First byte and length of the partition that the firmware starts from, and of Windows' own.
    let boot: (UInt64, UInt64) = (1 << 20, 40 << 20)
    let own: (UInt64, UInt64) = (41 << 20, 64 << 20)
    var drivers = ["nvme", "nvme_core"]
    var firmware: TargetMachine.FirmwareMode

    /// What the registry holds of a Windows that was installed on a SATA disk.
    static var registry: HiveImage {
        var image = HiveImage()
        for (name, number) in [("Current", UInt32(1)), ("Default", 1), ("Failed", 0), ("LastKnownGood", 2)] {
            image.root[["Select"]].set(name, number)
        }
        for set in ["ControlSet001", "ControlSet002"] {
            for (name, start) in [("storahci", UInt32(0)), ("stornvme", 3), ("disk", 0), ("megasas", 3)] {
                let service = [set, "Services", name]
                image.root[service].set("Start", start)
                image.root[service].set("Type", 1)
                image.root[service].set("ImagePath", #"\SystemRoot\System32\drivers\"# + name + ".sys")
            }
            image.root[[set, "Services", "stornvme", "StartOverride"]].set("0", 3)
        }
        image.root[["DriverDatabase", "DeviceIds", "PCI", "VEN_8086&DEV_2922"]].set("x.inf", [1])
        return image
    }

    /// A device element of the boot configuration.
    static func device(_ kind: Kind, offset: UInt64 = 41 << 20, partition: String = windows, disk: String = disk)
        -> [UInt8]
    {
        let head = [UInt8](repeating: 0, count: 16) + HiveImage.little(6, 4) + [0, 0, 0, 0] + HiveImage.little(0x48, 8)
        let tail = [UInt8](repeating: 0, count: 16)
        switch kind {
        case .uefi: return head + guid(partition) + [UInt8](repeating: 0, count: 8) + guid(disk) + tail
        case .bios:
            return head + HiveImage.little(offset, 8) + [UInt8](repeating: 0, count: 12) + HiveImage.little(1, 4)
                + HiveImage.little(signature, 4) + [UInt8](repeating: 0, count: 12) + tail
        }
    }

    /// The first three fields little-endian.
    private static func guid(_ text: String) -> [UInt8] {
        let fields = text.split(separator: "-").map { field in
            let digits = Array(field)
            return stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
        }
        return Array(fields[0].reversed() + fields[1].reversed() + fields[2].reversed() + fields[3] + fields[4])
    }

    static func configuration(_ kind: Kind) -> HiveImage {
        var image = HiveImage()
        let element = { (object: String, number: String) in ["Objects", object, "Elements", number] }
        image.root[element(manager, "23000003")].set("Element", loader)
        image.root[element(loader, "12000004")].set("Element", "Windows Server")
        image.root[element(loader, "12000002")].set(
            "Element", #"\Windows\system32\winload."# + (kind == .uefi ? "efi" : "exe"))
        image.root[element(loader, "22000002")].set("Element", #"\Windows"#)
        for number in ["11000001", "21000001"] { image.root[element(loader, number)].set("Element", device(kind)) }
        return image
    }

    static let files = ["storahci.sys", "stornvme.sys", "disk.sys", "megasas.sys"]

    /// - Parameter more: a script that runs in Windows' mounted volume, to break it.
    init(
        _ kind: Kind, registry: HiveImage = registry, configuration: HiveImage? = nil, drivers files: [String] = files,
        more: String = "true"
    ) throws {
        self.kind = kind
        firmware = kind == .uefi ? .uefi : .bios
        scratch = try ScratchDirectory(in: Files.exists("/dev/shm") ? "/dev/shm" : "/var/tmp")
        path = scratch["disk.img"]
        try FileDescriptor(path, [.write, .createNew]).truncate(to: size)
        try Files.write(registry.bytes, to: scratch["SYSTEM"])
        try Files.write((configuration ?? Self.configuration(kind)).bytes, to: scratch["BCD"])
        try Files.write(ProgramImage.other.bytes, to: scratch["bootmgfw.efi"])
        let table =
            kind == .uefi
            ? """
            label: gpt\\nlabel-id: \(Self.disk)\\nstart=2048, size=81920, type=U, uuid=\(Self.esp)\\n\
            start=83968, size=131072, type=EBD0A0A2-B9E5-4433-87C0-68B6B72699C7, uuid=\(Self.windows)\\n
            """
            : """
            label: dos\\nlabel-id: 0x1a2b3c4d\\nstart=2048, size=81920, type=7, bootable\\n\
            start=83968, size=131072, type=7\\n
            """
        try GrowthFixture.run("printf '\(table)' | sfdisk -q '\(path)'")
        try on(
            own,
            """
            mkntfs -q -Q -F -p 83968 -s 512 -S 63 -H 255 $dev 2>/dev/null; ntfs-3g $dev "$dir"; cd "$dir"
            mkdir -p Windows/System32/config Windows/System32/drivers
            cp '\(scratch["SYSTEM"])' Windows/System32/config/SYSTEM
            for i in \(files.joined(separator: " ")); do echo $i > Windows/System32/drivers/$i; done
            echo x > Windows/System32/winload.efi; echo x > Windows/System32/winload.exe
            \(more); cd /
            """)
        try kind == .uefi ? makeESP() : makeSystemReserved()
    }

    private func makeESP() throws {
        try on(
            boot,
            """
            mkfs.vfat -F 32 -s 1 $dev >/dev/null; export MTOOLS_SKIP_CHECK=1
            mmd -i $dev ::/EFI ::/EFI/Microsoft ::/EFI/Microsoft/Boot
            mcopy -i $dev '\(scratch["BCD"])' ::/EFI/Microsoft/Boot/BCD
            mcopy -i $dev '\(scratch["bootmgfw.efi"])' ::/EFI/Microsoft/Boot/bootmgfw.efi
            """)
    }

    /// Its boot sector gets the name of bootmgr where Windows' own code has it.
    private func makeSystemReserved() throws {
        try on(
            boot,
            """
            mkntfs -q -Q -F -p 2048 -s 512 -S 63 -H 255 $dev 2>/dev/null
            printf 'B\\0O\\0O\\0T\\0M\\0G\\0R\\0' | dd of=$dev bs=1 seek=514 conv=notrunc status=none
            ntfs-3g $dev "$dir"; mkdir "$dir/Boot"; cp '\(scratch["BCD"])' "$dir/Boot/BCD"; echo x > "$dir/bootmgr"
            """)
        try GrowthFixture.run("printf 'code' | dd of='\(path)' bs=1 conv=notrunc status=none")
    }

    /// Runs a script with `$dev`, a loop device over a range, and `$dir`, a directory to mount it at.
    @discardableResult
    func on(_ place: (UInt64, UInt64), _ script: String) throws -> String {
        try GrowthFixture.run(
            """
            dir='\(scratch["mounted"])'; mkdir -p "$dir"
            dev=$(losetup -f --show --offset \(place.0) --sizelimit \(place.1) '\(path)')
            \(GrowthFixture.release(path))
            \(script)
            """)
    }

    var request: Adaptation.Request {
        var request = Adaptation.Request(
            machine: TargetMachine(
                firmware: firmware,
                disks: [
                    TargetMachine.Disk(path: path, sizeInBytes: size, logicalSectorSize: 512, drivers: drivers)
                ]))
        request.isThisMachine = false
        return request
    }

    func adapt(isDryRun: Bool = false) throws -> AdaptationReport {
        var request = request
        request.isDryRun = isDryRun
        return try Adaptation.run(request)
    }

    var digest: String { get throws { try GrowthFixture.run("sha256sum < '\(path)'") } }

    /// SYSTEM as ntfscat reads it, and what hivexregedit says of a key of it.
    func exported(_ key: String) throws -> String {
        try on(own, "ntfscat --force $dev Windows/System32/config/SYSTEM > '\(scratch["now"])'")
        return try GrowthFixture.run("hivexregedit --export '\(scratch["now"])' '\(key)'")
    }
}

extension AdaptationReport {
    /// The proofs that do not hold, as one text.
    var open: String {
        steps.flatMap(\.proofs).filter { !$0.holds }.map { "\($0.statement): \($0.detail)" }.joined(separator: "\n")
    }
    var changes: [String] { steps.flatMap(\.changes) }
    var allWarnings: String { (warnings + steps.flatMap(\.warnings)).joined(separator: "\n") }
}
