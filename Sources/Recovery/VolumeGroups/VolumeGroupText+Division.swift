extension VolumeGroupText {
    /// Extents of the old physical volume that one disk takes.
    package struct Share: Hashable, Sendable {
        /// As LVM writes it: "pv1".
        package var name: String
        /// 32 signs in seven groups.
        package var uuid: String
        /// Sectors of 512 bytes.
        package var deviceSectors: UInt64
        package var firstExtentSector: UInt64
        /// Which of the old extents it takes: as many as it has room for.
        package var extents: Range<UInt64>

        package init(
            name: String, uuid: String, deviceSectors: UInt64, firstExtentSector: UInt64, extents: Range<UInt64>
        ) {
            self.name = name
            self.uuid = uuid
            self.deviceSectors = deviceSectors
            self.firstExtentSector = firstExtentSector
            self.extents = extents
        }
    }

    /// The same group on several physical volumes, or on one of another size: what lay behind one another lies there in pieces, nothing
    /// else changes.
    ///
    /// - Parameter shares: in the order of their extents, without gaps, up to `end` at least.
    package func divided(among shares: [Share]) throws(RecoveryError) -> VolumeGroupText {
        guard case .section(let old, _)? = try volumes().first else { throw Self.odd("it has no physical volume") }
        let group = try replacing("physical_volumes") { volume in
            guard case .section(_, let oldFields) = volume else { return [volume] }
            return shares.map { share in
                var fields = oldFields
                Self.set("id", "\"\(share.uuid)\"", in: &fields)
                Self.set("dev_size", "\(share.deviceSectors)", in: &fields)
                Self.set("pe_start", "\(share.firstExtentSector)", in: &fields)
                Self.set("pe_count", "\(share.extents.count)", in: &fields)
                return .section(share.name, fields)
            }
        }
        return try group.withSegments { name, segments throws(RecoveryError) in
            var pieces: [[Item]] = []
            for segment in segments {
                let areas = try Self.areas(of: segment, name)
                guard areas.allSatisfy({ $0.name == old }) else {
                    throw Self.odd("volume \(name) lies on a physical volume that is not there")
                }
                pieces +=
                    try areas.count == 1
                    ? Self.pieces(of: segment, areas[0].range, shares)
                    : [Self.moved(segment, areas.map(\.range), name, shares)]
            }
            return pieces
        }
    }

    /// A linear segment, one for each disk that it lies on.
    private static func pieces(
        of segment: [Item], _ range: Range<UInt64>, _ shares: [Share]
    ) throws(RecoveryError) -> [[Item]] {
        guard let first = number("start_extent", in: segment) else {
            throw odd("a segment does not say where it begins")
        }
        return shares.compactMap { share in
            let part = range.clamped(to: share.extents)
            guard !part.isEmpty else { return nil }
            var piece = segment
            set("start_extent", "\(first + part.lowerBound - range.lowerBound)", in: &piece)
            set("extent_count", "\(part.upperBound - part.lowerBound)", in: &piece)
            set("stripes", "[\"\(share.name)\", \(part.lowerBound - share.extents.lowerBound)]", in: &piece)
            return piece
        }
    }

    /// A striped one: each stripe must lie on one disk.
    private static func moved(
        _ segment: [Item], _ ranges: [Range<UInt64>], _ volume: String, _ shares: [Share]
    ) throws(RecoveryError) -> [Item] {
        if ranges.isEmpty { return segment }
        let places = try ranges.map { range throws(RecoveryError) in
            guard let share = shares.first(where: { $0.extents.contains(range.lowerBound) }),
                range.upperBound <= share.extents.upperBound
            else { throw odd("volume \(volume) is striped, and a stripe would lie on two disks") }
            return "\"\(share.name)\", \(range.lowerBound - share.extents.lowerBound)"
        }
        var moved = segment
        set("stripes", "[\(places.joined(separator: ", "))]", in: &moved)
        return moved
    }
}
