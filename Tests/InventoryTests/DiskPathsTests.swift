import BlockDevices
import Inventory
import LinuxSystem
import Testing

@Suite("A disk that several paths lead to is one disk")
struct DiskPathsTests {
    let scratch: ScratchDirectory
    let machine: FakeMachine

    init() throws {
        scratch = try ScratchDirectory()
        machine = try FakeMachine(scratch["machine"])
    }

    /// A LUN's path: an image file stands for the device, for what is on it.
    private func addPath(
        _ name: String, _ minor: Int, wwn: String?, serial: String, content: String? = nil, answers: Bool = true
    ) throws {
        var attributes: [String: String] = ["queue/logical_block_size": "512"]
        if let wwn { attributes["device/wwid"] = wwn }
        _ = try machine.addDisk(
            "pci0000:00/0000:00:0\(minor).0/host\(minor)/rport-\(minor):0-0/target/\(minor):0:0:0/block/\(name)",
            "8:\(minor * 16)", attributes)
        let page: [UInt8] = [0, 0x80, 0, UInt8(serial.utf8.count)] + Array(serial.utf8)
        try machine.write(
            "sys/devices/pci0000:00/0000:00:0\(minor).0/host\(minor)/rport-\(minor):0-0/target/\(minor):0:0:0/block/\(name)/device/vpd_pg80",
            page)
        guard answers else { return }
        let image = "\(machine.root)/dev/\(name)"
        try FileDescriptor(image, [.write, .createNew]).truncate(to: 8 << 20)
        if let content { try run("mkswap", "-q", "-L", content, image) }
    }

    private func present() -> [PresentDisk] { DiskInventory.present(in: machine.tree) }

    @Test("four paths with one WWN, serial and size are one disk; the first that answers is used")
    func fourPaths() throws {
        for (index, name) in ["sda", "sdb", "sdc", "sdd"].enumerated() {
            try addPath(
                name, index + 1, wwn: "naa.600508b1001c79ade5178f0626caaa9c", serial: "LUN0", content: nil,
                answers: name != "sda")
        }
        let disks = present()
        let disk = try #require(disks.first)
        #expect(disks.count == 1)
        #expect(disk.path.hasSuffix("/sdb") && disk.problem == nil)
        #expect(disk.otherPaths.map { Files.lastComponent(of: $0) } == ["sda", "sdc", "sdd"])
        #expect(disk.identity.serial == "LUN0" && disk.obstacles.isEmpty)
        // So two disks of a dead machine are never proposed two paths of one disk.
        let sources = (0..<2).map {
            DiskDescription(
                number: $0, path: "/dev/sd\($0)", sizeInBytes: 1 << 20, logicalSectorSize: 512, physicalSectorSize: 512)
        }
        let proposals = DiskInventory.proposeMapping(sources: sources, targets: disks)
        #expect(proposals.compactMap(\.target).count == 1)
        // Whichever path is named, it is known that the others are the same bytes.
        let second = try #require(BlockNode(named: "sdc", in: machine.tree))
        #expect(Set(disk.others(of: second, in: machine.tree).map(\.name)) == ["sda", "sdb", "sdd"])
    }

    @Test("what uses one path uses the disk")
    func inUse() throws {
        try addPath("sda", 1, wwn: "naa.600508b1001c79ad", serial: "LUN0")
        try addPath("sdb", 2, wwn: "naa.600508b1001c79ad", serial: "LUN0")
        try machine.write("proc/self/mountinfo", "30 1 8:32 / /srv rw - ext4 /dev/sdb rw\n")
        let disk = try #require(present().first)
        #expect(disk.path.hasSuffix("/sda") && disk.obstacles.count == 1)
        #expect(disk.obstacles.first?.contains("mounted at /srv") == true)
    }

    @Test(
        "one serial with two names, or no name, or another content, are two disks",
        arguments: [
            ("naa.600508b1001c79ad", "naa.600508b1001c79ae", nil, nil), (nil, nil, nil, nil),
            ("naa.0000000000000000", "naa.0000000000000000", nil, nil),
            ("naa.600508b1001c79ad", "naa.600508b1001c79ad", "one", "two"),
        ] as [(String?, String?, String?, String?)])
    func twoDisks(first: String?, second: String?, one: String?, other: String?) throws {
        try addPath("sda", 1, wwn: first, serial: "0123456789ABCDEF", content: one)
        try addPath("sdb", 2, wwn: second, serial: "0123456789ABCDEF", content: other)
        #expect(present().count == 2)
        #expect(present().allSatisfy { $0.otherPaths.isEmpty })
    }

    @Test("one name with two serials are two disks")
    func serials() throws {
        try addPath("sda", 1, wwn: "naa.600508b1001c79ad", serial: "LUN0")
        try addPath("sdb", 2, wwn: "naa.600508b1001c79ad", serial: "LUN1")
        #expect(present().count == 2)
    }
}
