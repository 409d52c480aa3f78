/// A volume group as LVM writes it down (vgcfgbackup(8), lvm2's lib/format_text): sections and values in their order. Comments are left
/// out.
package struct VolumeGroupText: Sendable {
    indirect enum Item: Sendable {
        case value(String, String)
        case section(String, [Item])
    }

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

    private var items: [Item]

    /// Throws `failed` for what lvm never writes.
    package init(_ text: String) throws(RecoveryError) {
        var lines = Self.statements(text)[...]
        items = try Self.items(&lines, depth: 0)
        guard lines.isEmpty, try volumes().count == 1 else {
            throw Self.odd("its volume group lies on several physical volumes")
        }
    }

    /// For vgcfgrestore(8) and pvcreate(8).
    package var text: String { items.map { Self.text($0, indent: 0) }.joined() }

    package var name: String { get throws(RecoveryError) { try group().name } }

    /// UUID, first sector of the extents and their number of the physical volume, and sectors of an extent.
    package func volume() throws(RecoveryError) -> (uuid: String, start: UInt64, count: UInt64, extent: UInt64) {
        guard case .section(_, let fields)? = try volumes().first,
            let uuid = Self.value("id", in: fields), let start = Self.number("pe_start", in: fields),
            let count = Self.number("pe_count", in: fields),
            let extent = Self.number("extent_size", in: try group().items), extent > 0, uuid.count > 2
        else { throw Self.odd("lvm describes its physical volume in an unknown way") }
        return (uuid.filter { $0 != "\"" }, start, count, extent)
    }

    /// The extent behind the last one that a volume uses.
    package func end() throws(RecoveryError) -> UInt64 {
        var end: UInt64 = 0
        for volume in try logical() {
            for segment in Self.segments(of: volume.items) {
                for area in try Self.areas(of: segment, volume.name) { end = max(end, area.range.upperBound) }
            }
        }
        return end
    }

    /// The same group on several physical volumes: what lay behind one another lies there in pieces, nothing else changes.
    ///
    /// - Parameter shares: in the order of their extents, without gaps, up to `end` at least.
    package func divided(among shares: [Share]) throws(RecoveryError) -> VolumeGroupText {
        var group = try group()
        var done = self
        let old = try volumes()[0]
        guard case .section(let oldName, let oldFields) = old else { throw Self.odd("it has no physical volume") }
        for index in group.items.indices {
            switch group.items[index] {
            case .section("physical_volumes", _):
                let volumes = shares.map { share in
                    var fields = oldFields
                    Self.set("id", "\"\(share.uuid)\"", in: &fields)
                    Self.set("dev_size", "\(share.deviceSectors)", in: &fields)
                    Self.set("pe_start", "\(share.firstExtentSector)", in: &fields)
                    Self.set("pe_count", "\(share.extents.count)", in: &fields)
                    return Item.section(share.name, fields)
                }
                group.items[index] = .section("physical_volumes", volumes)
            case .section("logical_volumes", let volumes):
                group.items[index] = .section(
                    "logical_volumes",
                    try volumes.map { (volume) throws(RecoveryError) in
                        guard case .section(let name, let fields) = volume else { return volume }
                        return .section(name, try Self.divided(fields, name, oldName, shares))
                    })
            default: continue
            }
        }
        done.items[group.index] = .section(group.name, group.items)
        return done
    }

    // MARK: Parts

    private func group() throws(RecoveryError) -> (index: Int, name: String, items: [Item]) {
        for (index, item) in items.enumerated() {
            if case .section(let name, let items) = item { return (index, name, items) }
        }
        throw Self.odd("lvm describes no volume group")
    }

    private func volumes() throws(RecoveryError) -> [Item] { Self.section("physical_volumes", in: try group().items) }

    private func logical() throws(RecoveryError) -> [(name: String, items: [Item])] {
        Self.section("logical_volumes", in: try group().items).compactMap { item in
            if case .section(let name, let items) = item { (name, items) } else { nil }
        }
    }

    private static func section(_ name: String, in items: [Item]) -> [Item] {
        for case .section(name, let inner) in items { return inner }
        return []
    }

    private static func value(_ name: String, in items: [Item]) -> String? {
        for case .value(name, let value) in items { return value }
        return nil
    }

    private static func number(_ name: String, in items: [Item]) -> UInt64? {
        value(name, in: items).flatMap { UInt64($0) }.flatMap { $0 < 1 << 48 ? $0 : nil }
    }

    private static func set(_ name: String, _ value: String, in items: inout [Item]) {
        for index in items.indices { if case .value(name, _) = items[index] { items[index] = .value(name, value) } }
    }

    private static func odd(_ why: String) -> RecoveryError { RecoveryError(.failed, why) }

    // MARK: Segments

    private static func segments(of volume: [Item]) -> [[Item]] {
        volume.compactMap { if case .section(let name, let items) = $0, isSegment(name) { items } else { nil } }
    }

    private static func isSegment(_ name: String) -> Bool { name.hasPrefix("segment") && Int(name.dropFirst(7)) != nil }

    /// Where a segment lies: `"pv0", 20` of its stripes. None for one that lies in other volumes (thin, RAID, caches).
    private static func areas(
        of segment: [Item], _ volume: String
    ) throws(RecoveryError) -> [(name: String, range: Range<UInt64>)] {
        guard value("mirrors", in: segment) == nil else {
            throw odd("volume \(volume) is a mirror of LVM's first kind, or was being moved")
        }
        guard let list = value("stripes", in: segment) else { return [] }
        let words = list.filter { !"[]\" ".contains($0) }.split(separator: ",").map(String.init)
        guard let count = number("extent_count", in: segment), !words.isEmpty, words.count % 2 == 0,
            count % UInt64(words.count / 2) == 0
        else { throw odd("volume \(volume) has a segment of an unknown kind") }
        let length = count / UInt64(words.count / 2)
        return try stride(from: 0, to: words.count, by: 2).map { index throws(RecoveryError) in
            guard let start = UInt64(words[index + 1]), start < 1 << 48 else {
                throw odd("volume \(volume) has a segment of an unknown kind")
            }
            return (words[index], start..<start + length)
        }
    }

    private static func divided(
        _ volume: [Item], _ name: String, _ old: String, _ shares: [Share]
    ) throws(RecoveryError) -> [Item] {
        var rest = volume.filter { if case .section(let name, _) = $0, isSegment(name) { false } else { true } }
        var segments: [[Item]] = []
        for segment in Self.segments(of: volume) {
            let areas = try areas(of: segment, name)
            guard areas.allSatisfy({ $0.name == old }) else {
                throw odd("volume \(name) lies on a physical volume that is not there")
            }
            segments +=
                try areas.count == 1
                ? pieces(of: segment, areas[0].range, shares) : [moved(segment, areas.map(\.range), name, shares)]
        }
        set("segment_count", "\(segments.count)", in: &rest)
        return rest + segments.enumerated().map { .section("segment\($0.offset + 1)", $0.element) }
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

    // MARK: Reading and writing

    /// Lines without comments; a list that goes over several lines is one.
    private static func statements(_ text: String) -> [String] {
        var statements: [String] = []
        var open = ""
        for line in text.split(whereSeparator: \.isNewline) {
            let plain = (open.isEmpty ? "" : open + " ") + withoutComment(line)
            let depth = plain.reduce(0) { $0 + ($1 == "[" ? 1 : $1 == "]" ? -1 : 0) }
            if plain.contains("= [") || plain.contains("=["), depth > 0 {
                open = plain
            } else {
                open = ""
                if !plain.isEmpty { statements.append(plain) }
            }
        }
        return statements
    }

    private static func withoutComment(_ line: Substring) -> String {
        var plain = ""
        var isQuoted = false
        var isEscaped = false
        for character in line {
            if character == "#", !isQuoted { break }
            if character == "\"", !isEscaped { isQuoted.toggle() }
            isEscaped = character == "\\" && !isEscaped
            plain.append(character)
        }
        return plain[...].trimming(while: \.isWhitespace)
    }

    /// Up to the "}" that ends them, which is taken.
    private static func items(_ lines: inout ArraySlice<String>, depth: Int) throws(RecoveryError) -> [Item] {
        guard depth < 8 else { throw odd("lvm wrote sections in sections in sections, which is not understood") }
        var items: [Item] = []
        while let line = lines.popFirst() {
            if line == "}" { return items }
            if line.hasSuffix("{") {
                items.append(
                    .section(line.dropLast().trimming(while: \.isWhitespace), try Self.items(&lines, depth: depth + 1)))
            } else if let equals = line.firstIndex(of: "=") {
                items.append(
                    .value(
                        line[..<equals].trimming(while: \.isWhitespace),
                        line[line.index(after: equals)...].trimming(while: \.isWhitespace)))
            } else {
                throw odd("lvm wrote \"\(line.prefix(80))\", which is not understood")
            }
        }
        return items
    }

    private static func text(_ item: Item, indent: Int) -> String {
        let blanks = String(repeating: "\t", count: indent)
        switch item {
        case .value(let name, let value): return "\(blanks)\(name) = \(value)\n"
        case .section(let name, let items):
            return "\(blanks)\(name) {\n" + items.map { text($0, indent: indent + 1) }.joined() + "\(blanks)}\n"
        }
    }
}
