internal import RepositoryFormat

extension View {
    /// Extents of both views that are compared at once: at most one a sector.
    private static let window: UInt64 = 1 << 19
    /// Touched ranges so near each other are compared together: between them lie few leaves.
    private static let nearness: UInt64 = 1 << 13

    /// Calls `body` with the ranges of sectors of a disk whose content may differ, in order and joined: where equal bytes are
    /// stored in different ways, they can count as changed; bytes that differ always do.
    ///
    /// Zero and unused read alike. A disk that only one view has differs everywhere, and so does what a larger one has
    /// beyond the smaller. Reads no data: only maps, segments and pack indexes, and of maps that share pages only what
    /// they do not share.
    package func differences(
        from other: View, disk number: UInt32, _ body: (Range<UInt64>) throws -> Void
    ) throws {
        let (own, others) = (disk(number), other.disk(number))
        let all = 0..<max(own?.sectors ?? 0, others?.sectors ?? 0)
        guard let own, let others else { return all.isEmpty ? () : try body(all) }
        var joined = RangeJoiner()
        let comparer = ContentComparer(self, other)
        func compare(_ range: Range<UInt64>) throws {
            for start in stride(from: range.lowerBound, to: range.upperBound, by: Int(Self.window)) {
                let part = start..<min(start + Self.window, range.upperBound)
                try comparer.differences(of: own, others, in: part) { try joined.add($0, body) }
            }
        }
        if own.sectors == others.sectors {
            try candidates(own, others, other, compare)
        } else {
            let common = min(own.sectors, others.sectors)
            try compare(0..<common)
            try joined.add(common..<all.upperBound, body)
        }
        try joined.finish(body)
    }

    /// Ranges outside of which both views hold the same for sure, in order.
    private func candidates(
        _ own: DiskRecord, _ others: DiskRecord, _ other: View, _ body: (Range<UInt64>) throws -> Void
    ) throws {
        let touching = LayerStack(
            map: stack.map, layers: LayerStack.unshared(stack.layers, other.stack.layers), cache: stack.cache)
        // Layers are looked up anew for every piece: pieces that are not worth that are compared.
        let shortest = touching.layers.isEmpty ? 0 : Self.window
        var near = RangeJoiner(nearness: Self.nearness, limit: Self.window)
        let maps = MapComparison(left: stack.map, right: other.stack.map, sectors: own.sectors)
        var same: Range<UInt64>?
        func finishSame() throws {
            guard let piece = same else { return }
            same = nil
            guard !touching.layers.isEmpty else { return }
            try touching.changes(of: own.number, in: piece) { try near.add($0.start..<$0.end, body) }
        }
        try maps.pieces(own.root, others.root) { piece, isSame in
            if isSame, let last = same, last.upperBound == piece.lowerBound {
                same = last.lowerBound..<piece.upperBound
            } else if isSame {
                same = piece
            } else {
                if let last = same, last.upperBound - last.lowerBound < shortest {
                    same = nil
                    try near.add(last, body)
                }
                try finishSame()
                try near.add(piece, body)
            }
        }
        try finishSame()
        try near.finish(body)
    }
}

extension LayerStack {
    /// The layers of both, without those that both begin with: over one map these leave the same.
    fileprivate static func unshared(_ one: [Layered], _ other: [Layered]) -> [Layered] {
        let shared = zip(one, other).prefix { pair in
            guard case (.delta(let left), .delta(let right)) = pair else { return false }
            return left.layer.index == right.layer.index
        }.count
        return Array(one.dropFirst(shared)) + Array(other.dropFirst(shared))
    }
}

/// Joins ranges that come in order and touch, or lie near each other.
struct RangeJoiner {
    var nearness: UInt64 = 0
    /// What was joined for its nearness is not longer.
    var limit: UInt64 = .max
    private var held: Range<UInt64>?

    init(nearness: UInt64 = 0, limit: UInt64 = .max) {
        self.nearness = nearness
        self.limit = limit
    }

    mutating func add(_ range: Range<UInt64>, _ body: (Range<UInt64>) throws -> Void) throws {
        guard let last = held else {
            held = range
            return
        }
        if range.lowerBound - last.upperBound <= nearness, range.upperBound - last.lowerBound <= limit {
            held = last.lowerBound..<range.upperBound
        } else {
            held = range
            try body(last)
        }
    }

    mutating func finish(_ body: (Range<UInt64>) throws -> Void) throws {
        if let last = held { try body(last) }
        held = nil
    }
}
