import Buffers
import Repository
import RepositoryFormat
import RepositoryTesting
import Testing

/// A host that lives at random, its timeline in a repository, and the oracle that knows what must be in there.
final class World {
    static let host = "model"

    let seed: UInt64
    var generator: SeededGenerator
    var oracle = Oracle()
    let base: any CollectableObjectStore
    let store: BrittleStore
    private let folder: TemporaryFolder?
    /// Where the objects lie, in small worlds.
    let memory: MemoryStore?
    var repository: Repository
    var reader: ModelReader
    var writer: JournalWriter?
    /// One that took over while the writer was at work.
    var successor: JournalWriter?
    var windows = RollUp.Windows()
    /// Whether the history is thinned out and garbage collected, now and then.
    let prunes: Bool
    var pruned = Pruned()
    /// How much faster the host's clock runs, so that a life lasts hours or months.
    let pace: Int64
    /// Operations done.
    var steps = 0
    /// The clock of the host, nanoseconds since 1970.
    var clock: Int64
    var epoch: UInt64 = 0
    /// The next content that is nowhere yet.
    var nextContent: UInt32 = 1 << 20
    /// Where the last write ended: disk and sector.
    var lastEnd: (disk: Int, sector: Int) = (0, 0)
    private let buffer = AlignedBuffer(capacity: 1 << 20)

    /// `prunes` draws more random numbers: another life than that of the same seed without.
    init(seed: UInt64, prunes: Bool = false) throws {
        self.seed = seed
        self.prunes = prunes
        generator = SeededGenerator(seed: seed)
        pace = prunes ? [1, 3_000, 30_000].randomElement(using: &generator) ?? 1 : 1
        // Before the clock of this machine, which ends of scans have, or behind it.
        clock = Bool.random(using: &generator) ? 1_700_000_000_000_000_000 : 4_000_000_000_000_000_000
        let onDisk = Int.random(in: 0..<6, using: &generator) == 0
        folder = onDisk ? try TemporaryFolder() : nil
        memory = nil
        base = folder.map { DirectoryStore($0.path, isDurable: false) } ?? MemoryStore()
        store = BrittleStore(base)
        repository = try Repository.initialize(store)
        reader = ModelReader(repository)
        windows = randomWindows()
        try scan(randomDisks([(0, (17 << 11) + 1_234), (1, 3 * 2_048 + 5), (7, 701)]))
    }

    /// A small host in memory, for tests that look at everything many times.
    init(small seed: UInt64) throws {
        self.seed = seed
        (prunes, pace) = (false, 1)
        generator = SeededGenerator(seed: seed)
        clock = 1_700_000_000_000_000_000
        folder = nil
        let memory = MemoryStore()
        self.memory = memory
        base = memory
        store = BrittleStore(memory)
        repository = try Repository.initialize(store)
        reader = ModelReader(repository)
        windows.journal = 1_000_000_000
        windows.delta = 4_000_000_000
        windows.map = 12_000_000_000
        try scan(randomDisks([(0, 2 * 2_048 + 77), (3, 301)]))
    }

    /// The same host with a copy of its repository; without a writer.
    init(copyOf other: World) throws {
        guard let objects = other.memory?.objects else { preconditionFailure("only worlds in memory are copied") }
        seed = other.seed
        (prunes, pace) = (other.prunes, other.pace)
        generator = other.generator
        clock = other.clock
        folder = nil
        let memory = MemoryStore(objects: objects)
        self.memory = memory
        base = memory
        store = BrittleStore(memory)
        repository = try Repository.open(store)
        reader = ModelReader(repository)
        windows = other.windows
        oracle = other.oracle.copy()
        (steps, epoch, nextContent, lastEnd) = (other.steps, other.epoch, other.nextContent, other.lastEnd)
    }

    func timeline() throws -> Timeline { try repository.timeline(of: Self.host) }

    /// A repository that has read nothing yet.
    func reopen() throws {
        repository = try Repository.open(store)
        reader = ModelReader(repository)
    }

    /// One of `choices`.
    func pick<Choice>(_ choices: [Choice]) -> Choice { choices[Int.random(in: 0..<choices.count, using: &generator)] }
    func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &generator) == 0 }
    func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }

    private func randomWindows() -> RollUp.Windows {
        var windows = RollUp.Windows()
        windows.journal = pick([100_000_000, 1_000_000_000, 5_000_000_000]) * pace
        windows.segmentsInJournal = pick([2, 5, 64])
        windows.recordsInJournal = pick([20, 300, 262_144])
        windows.delta = windows.journal * Int64(number(2...12))
        windows.deltasInDelta = pick([2, 4, 64])
        windows.map = windows.delta * Int64(number(2...8))
        windows.deltasInMap = pick([2, 5, 24])
        windows.extentsInMap = pick([10, 500, 65_536])
        return windows
    }

    func randomOptions() -> JournalWriter.Options {
        var options = JournalWriter.Options(program: "model")
        options.interval = .max
        options.plainLimit = pick([64 << 10, 1 << 20, 8 << 20])
        options.recordLimit = pick([3, 20, 200, 65_536])
        options.inlineLimit = pick([0, 2_048, 512 << 10])
        options.compressionLevel = 1
        options.rollsUp = !chance(3)
        // One writer in two changes its lease at every publication.
        options.leaseLength = epoch % 2 == 0 ? 0 : .max
        options.windows = windows
        return options
    }

    /// Disks by number and sectors; the first of a large host has a map with interior pages, none ends at a border.
    private func randomDisks(_ sizes: [(Int, Int)]) -> [ModelDisk] {
        sizes.map { disk, count in
            var sectors = [UInt32](repeating: SectorContent.zero, count: count)
            for _ in 0..<6 {
                let start = number(0...count - 1)
                let length = min(number(1...200), count - start)
                for sector in start..<start + length { sectors[sector] = nextContent + UInt32(sector - start) }
                nextContent += UInt32(length)
            }
            return ModelDisk(number: UInt32(disk), sectors: sectors)
        }
    }

    /// The bytes of some sectors.
    func bytes(_ ids: ArraySlice<UInt32>) -> BufferSlice {
        let slice = buffer[0..<ids.count * 512]
        slice.withMutableBytes { SectorContent.fill(ids, into: $0) }
        return slice
    }
}

extension ModelDisk {
    /// As a scan reads it. Some free blocks are called unused and hold anything.
    func scanned(_ generator: inout SeededGenerator) -> TestDisk {
        var bytes = [UInt8](repeating: 0, count: sectors.count * 512)
        for sector in sectors.indices where sectors[sector] != SectorContent.zero {
            bytes.withUnsafeMutableBytes { all in
                SectorContent.fill(
                    sectors[sector...sector],
                    into: UnsafeMutableRawBufferPointer(rebasing: all[sector * 512..<sector * 512 + 512]))
            }
        }
        var disk = TestDisk(bytes: bytes)
        for _ in 0..<3 {
            let block = Int.random(in: 0...sectors.count / 8 - 1, using: &generator)
            guard sectors[block * 8..<block * 8 + 8].allSatisfy({ $0 == SectorContent.zero }) else { continue }
            disk.unused.insert(block)
            for byte in block * TestDisk.block..<(block + 1) * TestDisk.block { disk.bytes[byte] = 0xee }
        }
        return disk
    }
}
