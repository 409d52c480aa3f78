import LinuxSystem
import Recovery
import Testing

@Suite("Entries in the firmware's boot order")
struct BootEntryTests {
    private static let old = "11111111-1111-1111-1111-111111111111"
    private static let new = "22222222-2222-2222-2222-222222222222"
    private static let windows = "33333333-3333-3333-3333-333333333333"
    private static let shim = "\\EFI\\debian\\shimx64.efi"

    private func entry(_ uuid: String, _ file: String, name: String = "debian", start: UInt64 = 2_048) -> LoadOption {
        LoadOption(
            description: name,
            path: [
                .hardDrive(HardDriveNode(partition: 1, start: start, blockCount: 999, signature: .gpt(uuid))),
                .file(file),
            ])
    }

    private func want(_ uuid: String = new) -> BootEntryPlanner.Wanted {
        BootEntryPlanner.Wanted(
            place: HardDriveNode(partition: 1, start: 2_048, blockCount: 999, signature: .gpt(uuid)), file: Self.shim,
            relatives: ["\\EFI\\debian\\grubx64.efi"], description: "debian")
    }

    /// The variables after the changes.
    private func applied(_ changes: [AdaptationChange], to variables: FirmwareVariables) throws -> FirmwareVariables {
        var result = variables
        for case .setFirmwareVariable(let name, let attributes, let bytes) in changes.map(\.action) {
            #expect(attributes == 7)
            if name.hasPrefix("BootOrder-") {
                result.order = try #require(bytes).enumerated().filter { $0.offset % 2 == 0 }.map { place, low in
                    UInt16(low) | UInt16(bytes?[place + 1] ?? 0) << 8
                }
            } else {
                let number = try #require(UInt16(name.dropFirst(4).prefix(4), radix: 16))
                result.entries[number] = try bytes.map { try #require(LoadOption(bytes: $0)) }
            }
        }
        return result
    }

    private func plan(_ variables: FirmwareVariables, _ wanted: [BootEntryPlanner.Wanted]) throws -> FirmwareVariables {
        let present: Set<String> = [Self.new, Self.windows]
        let after = try applied(BootEntryPlanner(variables: variables, present: present).plan(wanted), to: variables)
        #expect(BootEntryPlanner(variables: after, present: present).plan(wanted).isEmpty, "a second plan is empty")
        return after
    }

    @Test("firmware that knows nothing gets one entry, first in the order")
    func empty() throws {
        let after = try plan(FirmwareVariables(), [want()])
        #expect(after.entries == [0: entry(Self.new, Self.shim)] && after.order == [0])
    }

    @Test("entries of the same loader on partitions that are gone leave; those of other systems and their order stay")
    func stale() throws {
        let variables = FirmwareVariables(
            entries: [
                0: entry(Self.windows, "\\EFI\\Microsoft\\Boot\\bootmgfw.efi", name: "Windows Boot Manager"),
                1: entry(Self.old, Self.shim, name: "Our host"),
                2: entry(Self.old, "\\efi\\debian\\GRUBX64.EFI"),
                3: entry(Self.old, "\\EFI\\fedora\\shimx64.efi", name: "Fedora"),
                4: entry(Self.old, Self.shim),
            ], order: [3, 0, 4, 1, 2, 9])
        let after = try plan(variables, [want()])
        #expect(after.entries.keys.sorted() == [0, 3, 4])
        #expect(after.entries[4] == entry(Self.new, Self.shim), "written anew under the number it had")
        #expect(after.order == [4, 3, 0, 9])
        #expect(after.entries[3] == variables.entries[3] && after.entries[0] == variables.entries[0])
    }

    @Test("doubles of one entry become one, and a third restore adds none")
    func doubles() throws {
        let ours = entry(Self.new, Self.shim)
        let after = try plan(FirmwareVariables(entries: [5: ours, 6: ours, 7: ours], order: [6, 5, 7]), [want()])
        #expect(after.entries == [6: ours] && after.order == [6])
    }

    @Test("an entry whose partition has moved, or that was switched off, is corrected in place")
    func moved() throws {
        var moved = entry(Self.new, Self.shim, start: 4_096)
        moved.attributes = 0
        moved.optionalData = [1, 2]
        let after = try plan(FirmwareVariables(entries: [3: moved], order: [3]), [want()])
        #expect(after.entries[3]?.hardDrive?.start == 2_048 && after.entries[3]?.isActive == true)
        #expect(after.entries[3]?.optionalData == [1, 2])
    }

    @Test("two EFI system partitions get an entry each, in their order, on free numbers")
    func mirrored() throws {
        let second = want(Self.windows)
        let after = try plan(FirmwareVariables(unreadable: [0], order: [1]), [want(), second])
        #expect(after.entries.keys.sorted() == [2, 3] && after.order == [2, 3, 1])
    }

    @Test("while it is not known which partitions exist, nothing is taken for gone")
    func unknown() throws {
        let variables = FirmwareVariables(entries: [1: entry(Self.old, Self.shim)], order: [1])
        let changes = BootEntryPlanner(variables: variables, present: nil).plan([want()])
        let after = try applied(changes, to: variables)
        #expect(after.entries[1] == variables.entries[1] && after.order == [0, 1])
    }

    @Test("variables are read from the files of efivarfs, behind their attributes")
    func directory() throws {
        let scratch = try ScratchDirectory()
        let guid = FirmwareVariables.global
        try Files.write([7, 0, 0, 0] + LoadOptionTests.debian, to: scratch["Boot000A-\(guid)"])
        try Files.write([7, 0, 0, 0, 1, 2], to: scratch["Boot0001-\(guid)"])
        try Files.write([7, 0, 0, 0, 10, 0, 1, 0], to: scratch["BootOrder-\(guid)"])
        try Files.write([6, 0, 0, 0, 10, 0], to: scratch["BootCurrent-\(guid)"])
        let variables = try #require(FirmwareVariables(in: scratch.path))
        #expect(variables.entries.keys.sorted() == [10] && variables.order == [10, 1] && variables.unreadable == [1])
        #expect(FirmwareVariables.name(10) == "Boot000A-\(guid)")
        #expect(FirmwareVariables(in: scratch["none"]) == nil)
    }
}
