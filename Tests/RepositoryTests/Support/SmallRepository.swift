import Digests
import Repository
import RepositoryFormat
import RepositoryTesting
import Testing

/// Two hosts with three moments that share much of their data: what damage is done to, and who is touched by it.
final class SmallRepository {
    let folder: TemporaryFolder
    let repository: Repository
    /// The frames each moment needs, by "host label".
    private(set) var uses: [String: Set<UsedFrame>] = [:]

    init() throws {
        folder = try TemporaryFolder()
        repository = try Repository.initialize(DirectoryStore(folder.path))
        var generator = SeededGenerator(seed: 7)
        var disks = [TestDisk.random(blocks: 60, &generator), TestDisk.random(blocks: 9, &generator)]
        // A chunk that is cut alike wherever it lies: zeros before it, the end of the disk behind it.
        let shared = [UInt8](repeating: 0, count: TestDisk.block) + generator.bytes(6 * TestDisk.block)
        disks[1].bytes += shared
        try repository.capture("web01", disks, label: "first")
        disks[0].change(blocks: 12, &generator)
        try repository.capture("web01", disks, label: "second")
        let own = generator.bytes(9 * TestDisk.block)
        try repository.capture("db01", [TestDisk(bytes: own + shared)], label: "only")
        for (host, moment) in try moments() {
            let view = try View(repository, host: host, moment: moment)
            uses["\(host.name) \(moment.label)"] = try view.usedFrames()
        }
    }

    /// A repository object that has read nothing yet.
    func reopened() throws -> Repository { try Repository.open(DirectoryStore(folder.path)) }

    func moments() throws -> [(HostList.Host, Moment)] {
        try repository.hosts().flatMap { host in try repository.timeline(of: host).moments.map { (host, $0) } }
    }

    var packs: [Digest] { Array(Set(uses.values.joined().map(\.pack))).sorted() }

    func moments(using frame: UsedFrame) -> Set<String> { Set(uses.filter { $0.value.contains(frame) }.keys) }
    func moments(usingPack pack: Digest) -> Set<String> {
        Set(uses.filter { $0.value.contains { $0.pack == pack } }.keys)
    }

    /// The moments that cannot be read to the last byte now, found by reading all of them.
    func unreadable() throws -> Set<String> {
        let damaged = try reopened()
        var result: Set<String> = []
        for (host, moment) in try moments(beforeDamage: true) {
            do {
                _ = try damaged.timeline(of: host)
                _ = try damaged.readMachine(moment, host: host.id)
                let view = try View(damaged, host: host, moment: moment)
                for disk in view.root.disks { _ = try view.contents(of: disk) }
            } catch { result.insert("\(host.name) \(moment.label)") }
        }
        return result
    }

    private var known: [(HostList.Host, Moment)] = []

    private func moments(beforeDamage: Bool) throws -> [(HostList.Host, Moment)] {
        if known.isEmpty { known = try moments() }
        return known
    }

    /// Remembers what there is, so that `unreadable` can be asked once pointers or heads are gone.
    func remember() throws { known = try moments() }
}

extension VerificationReport.Damage {
    var touched: Set<String> { Set(moments.map { "\($0.host) \($0.label)" }) }
}
