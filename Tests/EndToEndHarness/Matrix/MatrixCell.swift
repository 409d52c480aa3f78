import Foundation

/// One case of the matrix: a source comes back on a machine that is not its own.
package struct MatrixCell: Sendable, CustomStringConvertible {
    package let source: MatrixSource
    package let target: MatrixTarget

    package init(_ source: MatrixSource, _ target: MatrixTarget) {
        self.source = source
        self.target = target
    }

    /// Also the name of its logs.
    package var name: String {
        "\(source.rawValue)-\(target.firmware)-\(target.controller.rawValue)-\(target.sizeText)"
            + "-\(target.networkCards.count)nic" + (target.missingDisks == 0 ? "" : "-\(diskCount)disk")
            + (target.sectorSize == 512 ? "" : "-\(target.sectorSize)")
    }

    package var description: String {
        let size =
            target.parts > 1
            ? "divided among \(target.parts)"
            : target.smallerBy.map { $0 == 3 ? "a third smaller" : "a quarter smaller" } ?? "×\(target.sizeFactor)"
        return "\(source.rawValue) (\(source.firmware)) → \(target.firmware), \(target.controller.rawValue) \(size), "
            + target.networkCards.map(\.rawValue).joined(separator: " + ")
            + (target.missingDisks == 0 ? "" : ", \(diskCount) of \(source.diskCount) disks")
            + (target.sectorSize == 512 ? "" : ", sectors of \(target.sectorSize) bytes")
    }

    /// Disks of the target.
    var diskCount: Int { (source.diskCount - target.missingDisks) * target.parts }

    /// What is typed to map the disks.
    var mapping: String {
        guard target.parts == 1 else { return "split " + (0..<diskCount).map { "0=\($0)" }.joined(separator: " ") }
        if target.isSmaller { return "fit 0=0" }
        let left = (diskCount..<source.diskCount).map { "\($0)=-" }
        return ((0..<diskCount).map { "\($0)=\($0)" } + left).joined(separator: " ")
    }

    /// What the source says on this target when all is well, made of the lines of its facts.
    func expected(_ lines: [String]) -> [String] {
        guard target.missingDisks > 0 else { return lines }
        return lines.map {
            $0.replacing("degraded=0", with: "degraded=\(target.missingDisks)")
                .replacing("cache=attached", with: "cache=none")
        }
    }

    /// Whether an array has fewer disks than it had.
    var isDegraded: Bool { source == .md && target.missingDisks > 0 }

    /// Whether real machines could do it at all.
    package var isLegal: Bool {
        // OVMF has no driver for this controller: it could start nothing from it.
        if target.firmware != .bios, target.controller == .megasas { return false }
        // An EFI system partition needs room that a disk of the same size does not have.
        if source.firmware == .bios, target.firmware != .bios, target.sizeFactor == 1 { return false }
        // UEFI firmware need not start from an MBR.
        if source == .mbr, target.firmware != .bios { return false }
        return true
    }

    /// `LIFEBOAT_CELLS` leaves those whose names contain it: "uefi-virtio-scsi".
    private static func chosen(_ cells: [MatrixCell]) -> [MatrixCell] {
        guard let part = ProcessInfo.processInfo.environment["LIFEBOAT_CELLS"] else { return cells }
        return cells.filter { $0.name.contains(part) }
    }

    /// What every change is checked by.
    package static let always = chosen([
        MatrixCell(.dep, MatrixTarget(.bios, .nvme)),
        MatrixCell(.dep, MatrixTarget(.uefi, .virtioSCSI, sizeFactor: 3, networkCards: [.vmxnet3, .e1000e])),
        MatrixCell(.md, MatrixTarget(.bios, .ahci)),
        MatrixCell(.thin, MatrixTarget(.bios, .virtioSCSI, networkCards: [.rtl8139])),
    ])

    /// What the menu refuses: disks whose sectors are not those of the source.
    package static let refused = chosen(
        [DiskController.nvme, .virtioBlock].map {
            MatrixCell(.dep, MatrixTarget(.uefi, $0, sizeFactor: 3, sectorSize: 4096))
        })

    /// What `Matrix.runFromHere` is run with: hosts that come back on disks a third smaller.
    package static let smaller = chosen([
        MatrixCell(.dep, MatrixTarget(.bios, .nvme, smallerBy: 3)),
        MatrixCell(.mbr, MatrixTarget(.bios, .ahci, smallerBy: 3)),
    ])

    /// What `Matrix.runTwice` is run with: one host for each tool that makes images.
    package static let lasting = chosen(
        [MatrixSource.dep, .btrfsDracut].map { MatrixCell($0, MatrixTarget(.bios, .nvme)) })

    /// Every source on every controller with the firmware that it knows, three times larger and with the other firmware,
    /// and with more network cards than it had.
    package static let all = chosen(
        MatrixSource.allCases.flatMap { source in
            let controllers: [DiskController] = [.virtioBlock, .nvme, .ahci, .virtioSCSI, .megasas, .usb]
            let other: Firmware = source.firmware == .bios ? .uefi : .bios
            let all =
                controllers.map { MatrixTarget(source.firmware, $0) } + [
                    MatrixTarget(other, .nvme, sizeFactor: 3, networkCards: [.vmxnet3]),
                    MatrixTarget(other, .ahci, sizeFactor: 3, networkCards: [.rtl8139, .e1000e]),
                    MatrixTarget(
                        source.firmware, .virtioSCSI, sizeFactor: 3, networkCards: [.e1000e, .virtio, .vmxnet3]),
                ]
            // Of a cache all controllers are alike.
            let targets: [MatrixTarget] =
                switch source {
                case .bcache: [all[1], all[7]]
                case .bcacheThrough: [all[3]]
                default: all
                }
            // One half of a mirror is enough, and a disk that has everything needs no cache.
            let halves = [.md, .bcacheThrough].contains(source) ? [MatrixTarget(.bios, .ahci, missingDisks: 1)] : []
            // What is on one disk must be LVM's.
            let parts = source == .thin ? [MatrixTarget(.bios, .nvme, parts: 2)] : []
            // In the rescue image the files of one are copied, and logical volumes of the other made smaller.
            let smaller: [MatrixTarget] =
                switch source {
                case .xfsUEFI: [MatrixTarget(.uefi, .nvme, smallerBy: 3)]
                case .thin: [MatrixTarget(.bios, .ahci, smallerBy: 4)]
                default: []
                }
            return (targets + halves + parts + smaller).map { MatrixCell(source, $0) }
        }.filter(\.isLegal))
}
