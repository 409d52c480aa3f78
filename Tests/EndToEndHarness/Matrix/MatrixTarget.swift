/// The machine that a source of the matrix comes back on.
package struct MatrixTarget: Sendable {
    package let firmware: Firmware
    package let controller: DiskController
    /// How many times larger its disks are than the source's.
    package let sizeFactor: Int
    /// By what part of it they are smaller instead: 3 is a third.
    package let smallerBy: Int?
    /// Its network cards; the first is on the network where the source's address is right.
    package let networkCards: [NetworkCard]
    /// How many of the source's disks it has no disk for: the last ones are left out.
    package let missingDisks: Int
    /// Among how many disks, each a third smaller, the source's only disk is divided.
    package let parts: Int
    /// Of its disks.
    package let sectorSize: Int

    package init(
        _ firmware: Firmware, _ controller: DiskController, sizeFactor: Int = 1, smallerBy: Int? = nil,
        networkCards: [NetworkCard] = [.e1000e], missingDisks: Int = 0, parts: Int = 1,
        sectorSize: Int = 512
    ) {
        self.sectorSize = sectorSize
        self.missingDisks = missingDisks
        self.parts = parts
        self.firmware = firmware
        self.controller = controller
        self.sizeFactor = sizeFactor
        self.smallerBy = smallerBy
        self.networkCards = networkCards
    }

    package var isSmaller: Bool { smallerBy != nil }

    /// "x3", "smaller" or "divided", in names of logs.
    package var sizeText: String { parts > 1 ? "divided" : isSmaller ? "smaller" : "x\(sizeFactor)" }

    /// Of its disks, in bytes: whole mebibytes.
    func size(ofSource bytes: Int) -> Int {
        guard let part = smallerBy ?? (parts > 1 ? 3 : nil) else { return bytes * sizeFactor }
        return bytes / part * (part - 1) / 1_048_576 * 1_048_576
    }

    package func hardware(name: String, disks: [String], iso: String? = nil) -> Hardware {
        let disks = disks.enumerated().map { number, path in
            Disk(path: path, controller: controller, serial: Self.serial(number), sectorSize: sectorSize)
        }
        var hardware = Hardware(
            name: name, firmware: firmware, disks: disks, networkCard: networkCards.first ?? .e1000e, iso: iso)
        hardware.moreNetworkCards = Array(networkCards.dropFirst())
        return hardware
    }

    /// Serials that differ in the characters that a confirmation takes.
    static func serial(_ disk: Int) -> String { "MATRIX-TGT-10\(disk)" }

    /// As `lifeboat adapt --hardware` takes it.
    var description: String {
        (["\(firmware)", controller.rawValue] + networkCards.map { $0.rawValue.replacing("-pci", with: "") })
            .joined(separator: ",")
    }
}
