/// Where the blocks of a partition that is being filled come from; zeros where nothing is said. Memory goes with how scattered that
/// is, not with how much.
package struct BlockMap {
    package enum Origin: Hashable {
        case zeros
        /// What no block of the old partition holds.
        case scratch
        /// This block of the old partition.
        case old(UInt64)
    }

    package struct Run: Hashable {
        package var blocks: Range<UInt64>
        /// Of the first block.
        package var origin: Origin

        /// The origin of a block of it.
        fileprivate func origin(of block: UInt64) -> Origin {
            if case .old(let first) = origin { .old(first + block - blocks.lowerBound) } else { origin }
        }
    }

    /// A chunk is small, so that inserting moves little.
    private static let chunkLength: UInt64 = 1_024
    /// By number; each sorted, without overlaps and without zeros.
    private var chunks: [UInt64: [Run]] = [:]

    package init() {}

    package func origin(of block: UInt64) -> Origin {
        guard let runs = chunks[block / Self.chunkLength] else { return .zeros }
        let index = Self.index(block, runs)
        guard index < runs.count, runs[index].blocks.contains(block) else { return .zeros }
        return runs[index].origin(of: block)
    }

    package mutating func set(_ block: UInt64, _ origin: Origin) {
        let chunk = block / Self.chunkLength
        if origin == .zeros, chunks[chunk] == nil { return }
        Self.set(block, origin, &chunks[chunk, default: []])
    }

    /// All of them, in order; neighbours that go on are one.
    package func runs() -> [Run] {
        var found: [Run] = []
        for number in chunks.keys.sorted() {
            for run in chunks[number] ?? [] { Self.append(run, to: &found) }
        }
        return found
    }

    /// The first run that ends behind a block.
    private static func index(_ block: UInt64, _ runs: [Run]) -> Int {
        runs.partitioningIndex(where: { $0.blocks.upperBound > block })
    }

    private static func set(_ block: UInt64, _ origin: Origin, _ runs: inout [Run]) {
        let index = index(block, runs)
        let own = Run(blocks: block..<block + 1, origin: origin)
        var fresh: [Run] = []
        var (first, last) = (index, index)
        // With a neighbour on each side, which may go on in it.
        if first > 0 {
            first -= 1
            fresh.append(runs[first])
        }
        func add(_ run: Run) { if !run.blocks.isEmpty { append(run, to: &fresh) } }
        if index < runs.count, runs[index].blocks.contains(block) {
            let hit = runs[index]
            add(Run(blocks: hit.blocks.lowerBound..<block, origin: hit.origin))
            if origin != .zeros { add(own) }
            add(Run(blocks: block + 1..<hit.blocks.upperBound, origin: hit.origin(of: block + 1)))
            last += 1
        } else if origin != .zeros {
            add(own)
        }
        if last < runs.count {
            add(runs[last])
            last += 1
        }
        runs.replaceSubrange(first..<last, with: fresh)
    }

    private static func append(_ run: Run, to runs: inout [Run]) {
        if let last = runs.last, last.blocks.upperBound == run.blocks.lowerBound,
            last.origin(of: run.blocks.lowerBound) == run.origin
        {
            runs[runs.count - 1].blocks = last.blocks.lowerBound..<run.blocks.upperBound
        } else {
            runs.append(run)
        }
    }
}
