import BlockDevices
import Inventory
import Testing

@Suite("Which disk goes where")
struct DiskProposalTests {
    static func target(
        _ path: String, size: UInt64, serial: String? = nil, model: String? = nil, empty: Bool = true,
        sector: Int = 512, mounted: Bool = false, roles: Set<PresentDisk.Role> = []
    ) -> PresentDisk {
        var use = DiskUse()
        if mounted { use.mounts = [.init(devicePath: path, mountPoint: "/")] }
        let contents = DiskContents(table: empty ? nil : .init(kind: "gpt", identifier: nil))
        return PresentDisk(
            path: path, identity: DiskIdentity(serial: serial, model: model),
            geometry: DiskGeometry(sizeInBytes: size, logicalSectorSize: sector), contents: contents, use: use,
            roles: roles)
    }

    static func source(_ number: Int, size: UInt64, serial: String? = nil, model: String? = nil) -> DiskDescription {
        DiskDescription(
            number: number, path: "/dev/old\(number)", identity: DiskIdentity(serial: serial, model: model),
            sizeInBytes: size)
    }

    private func paths(_ sources: [DiskDescription], _ targets: [PresentDisk]) -> [String?] {
        DiskInventory.proposeMapping(sources: sources, targets: targets).map { $0.target?.path }
    }

    @Test("the same serial comes before anything else, even on a disk that is not empty")
    func sameDisk() throws {
        let targets = [
            Self.target("/dev/sda", size: 100), Self.target("/dev/sdb", size: 100, serial: "OLD1", empty: false),
        ]
        let proposals = DiskInventory.proposeMapping(
            sources: [Self.source(0, size: 100, serial: "OLD1")], targets: targets)
        #expect(proposals.map { $0.target?.path } == ["/dev/sdb"])
        #expect(proposals[0].reason == "the same disk, by its serial or WWN; it is not empty: GPT, 0 partitions")
        #expect(!proposals[0].isPossibleOnly)
    }

    @Test("then size and model, then the smallest empty disk that is large enough")
    func order() {
        let targets = [
            Self.target("/dev/a", size: 400), Self.target("/dev/b", size: 200), Self.target("/dev/c", size: 99),
            Self.target("/dev/d", size: 100, empty: false), Self.target("/dev/e", size: 300, model: "M"),
        ]
        #expect(paths([Self.source(0, size: 100)], targets) == ["/dev/b"])
        #expect(paths([Self.source(0, size: 300, model: "M")], targets) == ["/dev/e"])
        #expect(
            paths([Self.source(0, size: 100), Self.source(1, size: 150), Self.source(2, size: 100)], targets)
                == ["/dev/b", "/dev/e", "/dev/a"])
    }

    @Test("a known disk is not taken away from its own source by an earlier one")
    func ownDiskFirst() {
        let targets = [Self.target("/dev/a", size: 100, serial: "ONE"), Self.target("/dev/b", size: 500)]
        #expect(
            paths([Self.source(0, size: 100), Self.source(1, size: 100, serial: "ONE")], targets) == [
                "/dev/b", "/dev/a",
            ])
    }

    @Test("a disk with content is proposed only when no empty one fits, and says what is on it")
    func notEmpty() {
        let proposals = DiskInventory.proposeMapping(
            sources: [Self.source(0, size: 100)],
            targets: [Self.target("/dev/a", size: 100, empty: false), Self.target("/dev/b", size: 50)])
        #expect(proposals[0].target?.path == "/dev/a")
        #expect(proposals[0].reason.contains("it is not empty: GPT"))
        #expect(proposals[0].isPossibleOnly)
    }

    @Test("never one in use, the repository, the rescue medium, other sectors, or one that is too small")
    func never() {
        let targets = [
            Self.target("/dev/a", size: 100, serial: "ONE", mounted: true),
            Self.target("/dev/b", size: 100, roles: [.repository]),
            Self.target("/dev/c", size: 100, roles: [.rescueMedium]),
            Self.target("/dev/d", size: 100, sector: 4096), Self.target("/dev/e", size: 99),
        ]
        let proposal = DiskInventory.proposeMapping(
            sources: [Self.source(0, size: 100, serial: "ONE")], targets: targets)[0]
        #expect(proposal.target == nil)
        #expect(
            proposal.reason == "no disk for 100 bytes: /dev/a is in use (mounted at /), /dev/b holds the repository, "
                + "/dev/c is the rescue medium, /dev/d has sectors of 4096 bytes instead of 512, /dev/e holds 99 bytes")
    }

    @Test("a disk that looks like a repository or is failing is not proposed, unless it is the same disk")
    func precious() {
        func labelled(_ label: String, health: DiskHealth? = nil, serial: String? = nil) -> PresentDisk {
            let found = Superblock(type: "ext4", usage: .filesystem, label: label)
            var disk = Self.target("/dev/a", size: 100, serial: serial)
            disk.contents = DiskContents(signatures: .one(found))
            disk.health = health
            return disk
        }
        let source = [Self.source(0, size: 100, serial: "OLD1")]
        #expect(paths(source, [labelled("data")]) == ["/dev/a"])
        #expect(paths(source, [labelled("data", health: DiskHealth(isFailing: false))]) == ["/dev/a"])
        for disk in [labelled("Lifeboat-2026"), labelled("data", health: DiskHealth(isFailing: true))] {
            #expect(paths(source, [disk]) == [nil])
            let same = PresentDisk(
                path: disk.path, identity: DiskIdentity(serial: "OLD1"), geometry: disk.geometry,
                contents: disk.contents, health: disk.health)
            #expect(paths(source, [same]) == ["/dev/a"])
        }
        let reason = DiskInventory.proposeMapping(sources: source, targets: [labelled("BACKUPS")])[0].reason
        #expect(reason.hasSuffix("/dev/a looks like a repository or backup (label 'BACKUPS')"), "\(reason)")
        #expect(labelled("LIFEBOAT_RESCUE").repositoryLabel != nil)
    }
}
