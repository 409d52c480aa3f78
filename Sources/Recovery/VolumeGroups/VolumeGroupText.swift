/// A volume group as LVM writes it down (vgcfgbackup(8), lvm2's lib/format_text): sections and values in their order. Comments are left
/// out.
package struct VolumeGroupText: Sendable {
    indirect enum Item: Sendable {
        case value(String, String)
        case section(String, [Item])
    }

    private(set) var items: [Item]

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

    package var isExported: Bool {
        get throws(RecoveryError) { Self.value("status", in: try group().items)?.contains("\"EXPORTED\"") == true }
    }

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

    // MARK: Parts

    func group() throws(RecoveryError) -> (index: Int, name: String, items: [Item]) {
        for (index, item) in items.enumerated() {
            if case .section(let name, let items) = item { return (index, name, items) }
        }
        throw Self.odd("lvm describes no volume group")
    }

    func volumes() throws(RecoveryError) -> [Item] { Self.section("physical_volumes", in: try group().items) }

    func logical() throws(RecoveryError) -> [(name: String, items: [Item])] {
        Self.section("logical_volumes", in: try group().items).compactMap { item in
            if case .section(let name, let items) = item { (name, items) } else { nil }
        }
    }

    static func section(_ name: String, in items: [Item]) -> [Item] {
        for case .section(name, let inner) in items { return inner }
        return []
    }

    static func value(_ name: String, in items: [Item]) -> String? {
        for case .value(name, let value) in items { return value }
        return nil
    }

    static func number(_ name: String, in items: [Item]) -> UInt64? {
        value(name, in: items).flatMap { UInt64($0) }.flatMap { $0 < 1 << 48 ? $0 : nil }
    }

    static func set(_ name: String, _ value: String, in items: inout [Item]) {
        for index in items.indices { if case .value(name, _) = items[index] { items[index] = .value(name, value) } }
    }

    static func odd(_ why: String) -> RecoveryError { RecoveryError(.failed, why) }

    // MARK: Segments

    static func segments(of volume: [Item]) -> [[Item]] {
        volume.compactMap { if case .section(let name, let items) = $0, isSegment(name) { items } else { nil } }
    }

    static func isSegment(_ name: String) -> Bool { name.hasPrefix("segment") && Int(name.dropFirst(7)) != nil }

    /// Where a segment lies: `"pv0", 20` of its stripes. None for one that lies in other volumes (thin, RAID, caches).
    static func areas(
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

    /// The same group with other segments.
    ///
    /// - Parameter body: makes them of those that the volume of a name has.
    func withSegments(
        _ body: (String, [[Item]]) throws(RecoveryError) -> [[Item]]
    ) throws(RecoveryError) -> VolumeGroupText {
        try replacing("logical_volumes") { volume throws(RecoveryError) in
            guard case .section(let name, let fields) = volume else { return [volume] }
            var rest = fields.filter {
                if case .section(let name, _) = $0, Self.isSegment(name) { false } else { true }
            }
            let segments = try body(name, Self.segments(of: fields))
            Self.set("segment_count", "\(segments.count)", in: &rest)
            return [
                .section(
                    name, rest + segments.enumerated().map { .section("segment\($0.offset + 1)", $0.element) })
            ]
        }
    }

    /// The same with other items in one of the group's sections.
    func replacing(
        _ section: String, _ body: (Item) throws(RecoveryError) -> [Item]
    ) throws(RecoveryError) -> VolumeGroupText {
        var group = try group()
        for index in group.items.indices {
            guard case .section(section, let inner) = group.items[index] else { continue }
            var items: [Item] = []
            for item in inner { items += try body(item) }
            group.items[index] = .section(section, items)
        }
        var done = self
        done.items[group.index] = .section(group.name, group.items)
        return done
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
