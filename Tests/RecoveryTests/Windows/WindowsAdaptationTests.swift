import LinuxSystem
import Recovery
import RegistryTesting
import Testing

@Suite("Windows on other hardware", .serialized)
struct WindowsAdaptationTests {
    @Test("Windows from a SATA disk starts from NVMe: two numbers a control set, the fallback loader, and nothing else")
    func toNVMe() throws {
        let fixture = try WindowsFixture(.uefi)
        let before = try fixture.digest
        let look = try fixture.adapt(isDryRun: true)
        #expect(try fixture.digest == before)
        #expect(look.steps.map(\.name) == ["windows-drivers", "windows-boot"])
        #expect(look.changes.count == 5 && !look.isProved && look.open.contains("This step switches it on."))

        let report = try fixture.adapt()
        #expect(report.isProved && report.isComplete, "\(report.text)")
        #expect(report.changes == look.changes)
        for set in ["ControlSet001", "ControlSet002"] {
            let service = try fixture.exported(#"\"# + set + #"\Services\stornvme"#)
            #expect(
                service.contains("\"Start\"=dword:00000000") && service.contains("\"0\"=dword:00000000"), "\(service)")
            #expect(try fixture.exported(#"\"# + set + #"\Services\megasas"#).contains("\"Start\"=dword:00000003"))
        }
        #expect(
            try GrowthFixture.run("cmp -l '\(fixture.scratch["SYSTEM"])' '\(fixture.scratch["now"])' | wc -l || true")
                == "4\n")
        try fixture.on(fixture.own, "ntfsfix -n $dev >&2; ntfs-3g.probe --readwrite $dev")
        try fixture.on(
            fixture.boot,
            "fsck.vfat -n $dev >&2; mtype -i $dev ::/EFI/BOOT/BOOTX64.EFI | cmp - '\(fixture.scratch["bootmgfw.efi"])'")

        let after = try fixture.digest
        let again = try fixture.adapt()
        #expect(again.isProved && again.changes.isEmpty)
        #expect(try fixture.digest == after)
    }

    @Test("Windows on the hardware that it has stays as it is, byte for byte")
    func unchanged() throws {
        var fixture = try WindowsFixture(.bios)
        fixture.drivers = ["sd_mod", "ahci"]
        let before = try fixture.digest
        let report = try fixture.adapt()
        #expect(report.isProved && report.changes.isEmpty, "\(report.text)")
        #expect(try fixture.digest == before)
    }

    @Test("a driver that Windows never installed is named, and its file alone does not count")
    func paravirtual() throws {
        var fixture = try WindowsFixture(.uefi, drivers: WindowsFixture.files + ["vioscsi.sys"])
        fixture.drivers = ["sd_mod", "virtio_scsi", "virtio_pci"]
        var report = try fixture.adapt(isDryRun: true)
        #expect(report.open.contains("vioscsi.sys is there and no service uses it"), "\(report.open)")
        #expect(report.open.contains("The file alone is not enough"))

        var registry = WindowsFixture.registry
        for set in ["ControlSet001", "ControlSet002"] { registry.root[[set, "Services", "vioscsi"]].set("Start", 3) }
        fixture = try WindowsFixture(.uefi, registry: registry, drivers: WindowsFixture.files + ["vioscsi.sys"])
        fixture.drivers = ["sd_mod", "virtio_scsi", "virtio_pci"]
        report = try fixture.adapt()
        #expect(report.open.contains("nothing in the registry binds vioscsi to the device"), "\(report.open)")

        registry.root[["DriverDatabase", "DeviceIds", "PCI", "VEN_1AF4&DEV_1004&SUBSYS_00081AF4&REV_00"]].set(
            "oem3.inf", [1])
        fixture = try WindowsFixture(.uefi, registry: registry, drivers: WindowsFixture.files + ["vioscsi.sys"])
        fixture.drivers = ["sd_mod", "virtio_scsi", "virtio_pci"]
        report = try fixture.adapt()
        #expect(report.isProved, "\(report.text)")
        #expect(try fixture.exported(#"\ControlSet001\Services\vioscsi"#).contains("\"Start\"=dword:00000000"))
    }

    @Test(
        "what cannot be proved is named",
        arguments: [
            (["sd_mod", "mpt3sas"], "LSI_SAS3i is not there"),
            (["sd_mod", "usb_storage", "xhci_pci"], "only where it was made"),
            (["sd_mod", "exotic"], "Nothing is known of"), ([], "no driver known"),
            (["nvme", "nvme_core", "vmd"], "iaStorVD is not there"),
        ])
    func unknown(_ drivers: [String], _ words: String) throws {
        var fixture = try WindowsFixture(.uefi)
        fixture.drivers = drivers
        let report = try fixture.adapt(isDryRun: true)
        #expect(!report.isProved && report.open.contains(words), "\(report.open)")
    }

    @Test("an older control set may lack a driver, and a driver that Windows keeps compressed is there")
    func olderControlSet() throws {
        var registry = WindowsFixture.registry
        registry.root[["ControlSet002", "Services", "stornvme"]] = HiveImage.Key()
        // What ntfs-3g shows of a compressed file.
        let compressed = "ln -sf 'unsupported reparse tag 0x80000017' Windows/System32/drivers/stornvme.sys"
        let report = try WindowsFixture(.uefi, registry: registry, more: compressed).adapt()
        #expect(report.isProved, "\(report.text)")
        #expect(report.changes.filter { $0.contains("stornvme") }.allSatisfy { $0.contains("ControlSet001") })
    }

    @Test("a control set that Windows starts with and that is not there ends the run")
    func noControlSet() throws {
        var registry = WindowsFixture.registry
        registry.root[["Select"]].set("Default", 3)
        let fixture = try WindowsFixture(.uefi, registry: registry)
        let error = #expect(throws: RecoveryError.self) { _ = try fixture.adapt() }
        #expect(error?.message.contains("SYSTEM has no ControlSet003, with which Windows starts") == true)
    }

    @Test("a service whose file is gone is not switched on, and the proof says so")
    func missingFile() throws {
        let fixture = try WindowsFixture(.uefi, drivers: ["storahci.sys"])
        let report = try fixture.adapt()
        #expect(report.open.contains("the file of stornvme is not there"), "\(report.open)")
        #expect(!report.changes.contains { $0.contains("stornvme") })
        #expect(try fixture.exported(#"\ControlSet001\Services\stornvme"#).contains("\"Start\"=dword:00000003"))
    }

    @Test(
        "Windows that did not end in order is looked at and not changed",
        arguments: [
            (
                "(printf hibr; head -c 8000 /dev/zero) > hiberfil.sys", "true", false, "Windows is hibernated",
                "\"shutdown /s /t 0\""
            ),
            ("true", "ntfsfix $dev >/dev/null", false, "was not left in order", "Nothing was changed"),
            ("true", "true", true, "changes in its log", "Nothing was changed"),
        ])
    func notInOrder(_ inside: String, _ after: String, _ isDirty: Bool, _ warning: String, _ open: String) throws {
        var registry = WindowsFixture.registry
        registry.isDirty = isDirty
        let fixture = try WindowsFixture(.uefi, registry: registry, more: inside)
        try fixture.on(fixture.own, after)
        let before = try fixture.exported(#"\ControlSet001"#)
        let volume = "dd if='\(fixture.path)' bs=1M skip=41 count=64 status=none | sha256sum"
        let whole = try GrowthFixture.run(volume)
        let report = try fixture.adapt()
        #expect(!report.isProved)
        #expect(report.allWarnings.contains(warning), "\(report.allWarnings)")
        #expect(report.open.contains(open), "\(report.open)")
        #expect(try GrowthFixture.run(volume) == whole)
        #expect(try fixture.exported(#"\ControlSet001"#) == before)
    }

    @Test("a registry that is cut off ends the run before anything is written")
    func damagedRegistry() throws {
        let fixture = try WindowsFixture(.uefi, more: "truncate -s 5000 Windows/System32/config/SYSTEM")
        let before = try fixture.digest
        let error = #expect(throws: RecoveryError.self) { _ = try fixture.adapt() }
        #expect(error?.message.contains("Windows' registry cannot be used") == true)
        #expect(try fixture.digest == before)
    }

    @Test("quarantine is refused for Windows, growing is said to be Windows' own")
    func notForWindows() throws {
        var fixture = try WindowsFixture(.bios)
        fixture.drivers = ["ahci"]
        var request = fixture.request
        request.isQuarantined = true
        #expect(throws: RecoveryError.self) { _ = try Adaptation.run(request) }
        request.isQuarantined = false
        request.growth = Growth()
        let report = try Adaptation.run(request)
        #expect(report.isProved && report.allWarnings.contains("Extend Volume"))
    }

    @Test("Linux wins over Windows beside it, which is mentioned and can be asked for")
    func both() throws {
        let fixture = try WindowsFixture(.bios)
        let uuid = "7d1b2c3a-4e5f-4a6b-8c7d-9e0f1a2b3c4d"
        try fixture.on(
            fixture.boot,
            """
            mkfs.ext4 -q -F -U \(uuid) $dev; mount $dev "$dir"; mkdir -p "$dir/etc" "$dir/sbin"
            echo x > "$dir/sbin/init"; echo 'UUID=\(uuid) / ext4 defaults 0 1' > "$dir/etc/fstab"
            """)
        var request = fixture.request
        request.isDryRun = true
        var report = try Adaptation.run(request)
        #expect(report.steps.first?.name == "cache" && report.root == "partition 1 of \(fixture.path)")
        #expect(report.allWarnings.contains("Windows lies on partition 2 of \(fixture.path) beside this system"))
        let ntfs = try fixture.on(fixture.own, "blkid -p -s UUID -o value $dev").trimmingSuffix("\n")
        #expect(report.allWarnings.contains("--root \(ntfs)"))
        request.root = ntfs
        report = try Adaptation.run(request)
        #expect(report.steps.first?.name == "windows-drivers" && report.root == "partition 2 of \(fixture.path)")
    }
}

extension String {
    fileprivate func trimmingSuffix(_ suffix: String) -> String {
        hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
    }
}
