import BlockDevices
import Capture
import Inventory
import LinuxSystem
import Recovery
import Repository
import Testing

/// A host captured into a repository of its own, and ways to restore it.
struct TestHost {
    let scratch: ScratchDirectory
    let disks: [[UInt8]]
    let sectorSize: Int

    init(_ disks: [[UInt8]], sectorSize: Int = 512) throws {
        scratch = try ScratchDirectory()
        self.disks = disks
        self.sectorSize = sectorSize
        let repository = try Repository.initialize(DirectoryStore(scratch["repository"]))
        let sources = disks.enumerated().map { MemoryDisk("source\($0)", $1, sectorSize: sectorSize) }
        _ = try HostCapture.run(CaptureRequest(hostName: "web01", sources: sources, program: "test"), to: repository)
    }

    /// One disk of 12 MiB.
    init() throws { try self.init([Content.disk(megabytes: 12, seed: 7)]) }

    var repositoryPath: String { scratch["repository"] }

    /// Files of the repository below a folder, by their paths.
    func files(_ folder: String, where matches: (String) -> Bool = { _ in true }) throws -> [String] {
        try Files.filesBelow("\(repositoryPath)/\(folder)").filter(matches).sorted().map {
            "\(repositoryPath)/\(folder)/\($0)"
        }
    }

    func view(_ store: (any ObjectStore)? = nil) throws -> View {
        let repository = try Repository.open(store ?? DirectoryStore(repositoryPath))
        let timeline = try repository.timeline(of: "web01")
        return try View(repository, host: timeline.host, moment: try #require(timeline.moments.last))
    }

    /// A request that maps disk n to "targetn".
    func request(_ store: (any ObjectStore)? = nil, disks count: Int? = nil) throws -> RestoreRequest {
        var request = RestoreRequest(
            view: try view(store),
            mapping: (0..<(count ?? disks.count)).map { DiskAssignment(source: UInt32($0), target: "target\($0)") })
        // The process's own flag belongs to all tests.
        request.isInterrupted = { false }
        return request
    }

    /// The disk and then zeros up to `size`.
    func expected(_ disk: Int = 0, size: Int) -> [UInt8] {
        disks[disk] + [UInt8](repeating: 0, count: size - disks[disk].count)
    }
}

extension TargetAccess {
    /// Disks in memory, found as "target0", "target1", …
    static func memory(_ disks: [any BlockTarget], change: @escaping @Sendable (inout TargetFacts) -> Void = { _ in })
        -> TargetAccess
    {
        TargetAccess(
            look: { path in
                guard let disk = disks.first(where: { $0.name == path }) else {
                    return TargetFacts(
                        path: path, kind: .unusable("there is no such disk"), overlaps: [],
                        geometry: DiskGeometry(sizeInBytes: 0),
                        identity: TargetIdentity(kind: .file, sizeInBytes: 0, path: path))
                }
                var facts = TargetFacts(
                    path: path, kind: .device, overlaps: [path], geometry: disk.geometry,
                    identity: TargetIdentity(
                        kind: .device, serial: "SERIAL-OF-\(path)", model: "Memory",
                        sizeInBytes: disk.geometry.sizeInBytes, path: path))
                facts.confirmation = facts.identity.confirmationHint(among: [])
                change(&facts)
                return facts
            },
            open: { path, _ throws(BlockDeviceError) in
                guard let disk = disks.first(where: { $0.name == path }) else {
                    throw BlockDeviceError(.notFound, "There is no \(path).")
                }
                return disk
            })
    }
}

/// What confirms the targets "target0"… of `TargetAccess.memory`.
let memoryConfirmations = (0..<4).map { "SERIAL-OF-target\($0)" }
