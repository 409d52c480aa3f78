import LinuxSystem
import Recovery
import RegistryTesting
import Testing

@Suite("How Windows starts", .serialized)
struct WindowsBootTests {
    private static func element(_ number: String, of object: String = WindowsFixture.loader) -> [String] {
        ["Objects", object, "Elements", number]
    }

    /// What is wrong with a boot configuration, and what a proof says of it.
    struct Fault: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var kind = WindowsFixture.Kind.uefi
        var damage: @Sendable (inout HiveImage) -> Void = { _ in }
        var more = "true"
        var words: String
    }

    private static let faults = [
        Fault(
            testDescription: "another partition's GUID",
            damage: {
                $0.root[element("21000001")].set(
                    "Element", WindowsFixture.device(.uefi, partition: "00000000-1111-2222-3333-444444444444"))
            }, words: "No restored disk has this partition"),
        Fault(
            testDescription: "another disk's GUID",
            damage: {
                $0.root[element("11000001")].set(
                    "Element", WindowsFixture.device(.uefi, disk: "00000000-1111-2222-3333-444444444444"))
            }, words: "No restored disk has this partition"),
        Fault(
            testDescription: "the EFI system partition",
            damage: {
                $0.root[element("21000001")].set("Element", WindowsFixture.device(.uefi, partition: WindowsFixture.esp))
            }, words: "partition 1 of"),
        Fault(
            testDescription: "another place on an MBR disk", kind: .bios,
            damage: { $0.root[element("21000001")].set("Element", WindowsFixture.device(.bios, offset: 42 << 20)) },
            words: "No restored disk has this partition"),
        Fault(
            testDescription: "an element that is too short",
            damage: { $0.root[element("21000001")].set("Element", [1, 2, 3]) }, words: "no device that is understood"),
        Fault(
            testDescription: "no default entry",
            damage: { $0.root[["Objects", WindowsFixture.manager]] = HiveImage.Key() },
            words: "It names none that is there"),
        Fault(
            testDescription: "a default entry that is not there",
            damage: { $0.root[element("23000003", of: WindowsFixture.manager)].set("Element", "{x}") },
            words: "It names none that is there"),
        Fault(
            testDescription: "a loader for the other firmware",
            damage: { $0.root[element("12000002")].set("Element", #"\Windows\system32\winload.exe"#) },
            words: "needs one that ends with .efi"),
        Fault(
            testDescription: "a loader that is gone", more: "rm Windows/System32/winload.efi",
            words: #"\Windows\system32\winload.efi is missing"#),
    ]

    @Test("a broken boot configuration is found", arguments: faults)
    func broken(_ fault: Fault) throws {
        var configuration = WindowsFixture.configuration(fault.kind)
        fault.damage(&configuration)
        let fixture = try WindowsFixture(fault.kind, configuration: configuration, more: fault.more)
        let report = try fixture.adapt()
        #expect(!report.isProved && report.open.contains(fault.words), "\(report.open)")
    }

    @Test("a device that is found by its files needs no partition's identity")
    func located() throws {
        var configuration = WindowsFixture.configuration(.uefi)
        for number in ["11000001", "21000001"] {
            var bytes = WindowsFixture.device(.uefi)
            bytes[16] = 8
            configuration.root[Self.element(number)].set("Element", bytes)
        }
        let report = try WindowsFixture(.uefi, configuration: configuration).adapt()
        #expect(report.isProved, "\(report.text)")
    }

    @Test(
        "what BIOS needs is missed when it is not there",
        arguments: [
            (
                "sfdisk -q --activate '%' 1 2>/dev/null; sfdisk -q --disk-id '%' 0x11223344",
                "No restored disk has this partition"
            ),
            ("sfdisk -q --activate '%' -", "0 are"),
            ("dd if=/dev/zero of='%' bs=440 count=1 conv=notrunc status=none", "BIOS firmware starts nothing"),
            ("dd if=/dev/zero of='%' bs=1 seek=1049090 count=14 conv=notrunc status=none", "no code of Windows"),
            (
                "printf '\\077' | dd of='%' bs=1 seek=1048604 conv=notrunc status=none",
                "It says that it begins at block"
            ),
            ("sfdisk -q --activate '%' 2", "no code of Windows"),
        ])
    func bios(_ script: String, _ words: String) throws {
        let fixture = try WindowsFixture(.bios)
        #expect(try fixture.adapt(isDryRun: true).open.contains("stornvme is switched off"))
        try GrowthFixture.run(script.replacing("%", with: fixture.path))
        let report = try fixture.adapt()
        #expect(!report.isProved && report.open.contains(words), "\(report.open)")
        #expect(!report.open.contains("stornvme"))
    }

    @Test("a BIOS start is proved whole, with what it is")
    func wholeBIOS() throws {
        let report = try WindowsFixture(.bios).adapt()
        #expect(report.isProved, "\(report.text)")
        let proofs = report.steps.last?.proofs.map(\.statement) ?? []
        #expect(proofs.contains { $0.hasSuffix("holds bootmgr") })
        #expect(proofs.contains { $0.contains("has a default entry: \"Windows Server\"") })
    }

    @Test(
        "Windows for the other firmware is not converted, and that is said",
        arguments: [WindowsFixture.Kind.uefi, .bios])
    func otherFirmware(_ kind: WindowsFixture.Kind) throws {
        var fixture = try WindowsFixture(kind)
        fixture.firmware = kind == .uefi ? .bios : .uefi
        let report = try fixture.adapt()
        #expect(!report.isProved && report.open.contains("Lifeboat does not convert it"), "\(report.open)")
    }

    @Test("the firmware gets an entry for Windows' boot manager, first in the order, once")
    func firmwareEntry() throws {
        let fixture = try WindowsFixture(.uefi)
        let variables = fixture.scratch["efivars"]
        try Files.makeDirectories(variables)
        try Files.write([6, 0, 0, 0, 0, 0], to: "\(variables)/BootCurrent-\(FirmwareVariables.global)")
        let step = WindowsBootStep(firmwareVariables: variables, partitionNames: fixture.scratch["none"])
        // The drivers first, so that only this step is left.
        _ = try fixture.adapt()
        let opened = try RestoredFileSystems(machine: fixture.request.machine, source: nil, isReadOnly: true)
        let changes = try step.plan(opened.system).changes
        #expect(changes.count == 2, "\(changes.map(\.reason))")
        #expect(try step.prove(opened.system).contains { !$0.holds && $0.statement.contains("starts it first") })
        for change in changes {
            guard case .setFirmwareVariable(let name, let attributes, let bytes) = change.action else {
                Issue.record("\(change.reason)")
                continue
            }
            try Files.write(HiveImage.little(attributes, 4) + (bytes ?? []), to: "\(variables)/\(name)")
        }
        #expect(try step.plan(opened.system).changes.isEmpty)
        #expect(try step.prove(opened.system).allSatisfy(\.holds))
        let entry = try #require(FirmwareVariables(in: variables)?.entries.values.first)
        #expect(entry.description == "Windows Boot Manager" && entry.file == #"\EFI\Microsoft\Boot\bootmgfw.efi"#)
        #expect(entry.hardDrive?.partitionUUID == WindowsFixture.esp)
    }

    @Test("a fallback loader of another system is kept")
    func keepsFallback() throws {
        let fixture = try WindowsFixture(.uefi)
        try Files.write(ProgramImage.shim.bytes, to: fixture.scratch["shim"])
        try fixture.on(
            fixture.boot, "mmd -i $dev ::/EFI/BOOT; mcopy -i $dev '\(fixture.scratch["shim"])' ::/EFI/BOOT/BOOTX64.EFI")
        let report = try fixture.adapt()
        #expect(report.isProved && report.allWarnings.contains("and was kept"), "\(report.text)")
        try fixture.on(fixture.boot, "mtype -i $dev ::/EFI/BOOT/BOOTX64.EFI | cmp - '\(fixture.scratch["shim"])'")
    }
}
