extension VolumeGroupText {
    /// A logical volume as its segments describe it. In extents.
    package struct LogicalVolume: Hashable, Sendable {
        package var name: String
        /// Of the physical volume. In the order of the volume's own extents where its size may change.
        package var areas: [Range<UInt64>]
        /// Whether it is a visible volume of linear segments on which nothing else is built.
        package var isPlain: Bool

        package var extents: UInt64 { areas.reduce(0) { $0 + ($1.upperBound - $1.lowerBound) } }
    }

    /// Extents of the physical volume that lie elsewhere afterwards, or where they were.
    package struct Move: Hashable, Sendable {
        package var old: Range<UInt64>
        package var new: UInt64

        package init(old: Range<UInt64>, new: UInt64) {
            self.old = old
            self.new = new
        }
    }

    /// In the order in which LVM lists them. Throws `failed` for a kind that is not understood.
    package func logicalVolumes() throws(RecoveryError) -> [LogicalVolume] {
        let all = try logical()
        var mentioned: Set<String> = []
        for volume in all { for segment in Self.segments(of: volume.items) { Self.words(in: segment, &mentioned) } }
        return try all.map { volume throws(RecoveryError) in
            let segments = Self.segments(of: volume.items)
            var areas: [Range<UInt64>] = []
            var isPlain = Self.isPlain(volume.items) && !mentioned.contains(volume.name)
            for segment in segments {
                let found = try Self.areas(of: segment, volume.name)
                let next = areas.reduce(0) { $0 + ($1.upperBound - $1.lowerBound) }
                if found.count != 1 || Self.number("start_extent", in: segment) != next
                    || Self.value("type", in: segment) != "\"striped\""
                {
                    isPlain = false
                }
                areas += found.map(\.range)
            }
            return LogicalVolume(name: volume.name, areas: areas, isPlain: isPlain && !segments.isEmpty)
        }
    }

    /// The same group with some volumes made smaller, and everything in it as near to the start of the physical volume as what lies before
    /// it lets it.
    ///
    /// - Parameter sizes: how many extents plain volumes keep, by their names; at least one each. Others keep all.
    /// - Returns: moves in the order of old and new places.
    package func compacted(
        keeping sizes: [String: UInt64]
    ) throws(RecoveryError) -> (text: VolumeGroupText, moves: [Move]) {
        let cut = try withSegments { name, segments throws(RecoveryError) in
            guard let size = sizes[name] else { return segments }
            var kept: [[Item]] = []
            for segment in segments {
                guard let start = Self.number("start_extent", in: segment),
                    let count = Self.number("extent_count", in: segment)
                else { throw Self.odd("a segment of volume \(name) does not say where it begins") }
                guard start < size else { continue }
                var segment = segment
                Self.set("extent_count", "\(min(count, size - start))", in: &segment)
                kept.append(segment)
            }
            return kept
        }
        let old = try cut.logicalVolumes().flatMap(\.areas).sorted { $0.lowerBound < $1.lowerBound }
        var moves: [Move] = []
        var next: UInt64 = 0
        for area in old {
            guard area.lowerBound >= moves.last?.old.upperBound ?? 0 else {
                throw Self.odd("two of its volumes lie on the same extents")
            }
            moves.append(Move(old: area, new: next))
            next += area.upperBound - area.lowerBound
        }
        let places = Dictionary(moves.map { ($0.old.lowerBound, $0.new) }) { first, _ in first }
        let moved = try cut.withSegments { name, segments throws(RecoveryError) in
            try segments.map { segment throws(RecoveryError) in
                let areas = try Self.areas(of: segment, name)
                guard !areas.isEmpty else { return segment }
                var segment = segment
                let stripes = areas.map { "\"\($0.name)\", \(places[$0.range.lowerBound] ?? 0)" }
                Self.set("stripes", "[\(stripes.joined(separator: ", "))]", in: &segment)
                return segment
            }
        }
        return (moved, moves)
    }

    // MARK: Parts

    /// Whether LVM shows it, and nothing about it is out of the ordinary.
    private static func isPlain(_ volume: [Item]) -> Bool {
        let states = quoted(value("status", in: volume) ?? "") + quoted(value("flags", in: volume) ?? "")
        return states.contains("VISIBLE") && Set(states).isSubset(of: ["READ", "WRITE", "VISIBLE", "FIXED_MINOR"])
    }

    /// Everything in quotation marks in it: among that the names of volumes that it is built on.
    private static func words(in items: [Item], _ words: inout Set<String>) {
        for item in items {
            switch item {
            case .value(_, let value): words.formUnion(quoted(value))
            case .section(_, let inner): Self.words(in: inner, &words)
            }
        }
    }

    private static func quoted(_ value: String) -> [String] {
        value.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset % 2 == 1 }.map { String($0.element) }
    }
}
