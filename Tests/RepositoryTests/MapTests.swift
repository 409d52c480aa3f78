import Digests
import Repository
import RepositoryFormat
import RepositoryTesting
import Testing

@Suite("Maps")
struct MapTests {
    static let seeds: [UInt64] = [1, 2, 3, 4]
    static let shapes: [(sectors: UInt64, longest: UInt64)] = [
        (1, 1), (2_047, 40), (2_048, 5), (2_049, 3), (20_000, 2), (32_769, 900), (120_000, 6), (600_000, 100_000),
    ]

    @Test("give back the extents they were built of, whole and in any range", arguments: seeds, shapes)
    func model(seed: UInt64, shape: (sectors: UInt64, longest: UInt64)) throws {
        var generator = SeededGenerator(seed: seed)
        let map = TestMap()
        let extents = TestMap.random(sectors: shape.sectors, longest: shape.longest, &generator)
        let expected = TestMap.joined(extents)
        let disk = try map.build(extents)
        let read = try map.extents(of: disk)
        let same = read == expected
        #expect(same, "seed \(seed)")
        for kind in [ExtentKind.data, .zero, .unused, .unknown] {
            let sum = expected.filter { $0.kind == kind }.reduce(0) { $0 + $1.length }
            #expect(disk.sectors(of: kind) == sum, "seed \(seed), \(kind)")
        }
        for _ in 0..<20 {
            let from = UInt64.random(in: 0..<shape.sectors, using: &generator)
            let range = from..<UInt64.random(in: from + 1...shape.sectors, using: &generator)
            let clipped = expected.filter { $0.end > range.lowerBound && $0.start < range.upperBound }
                .map { $0.clipped(to: range) }
            let same = try map.extents(of: disk, in: range) == clipped
            #expect(same, "seed \(seed), \(range)")
        }
    }

    @Test("are the same for the same content, however it was cut when it was added", arguments: seeds, shapes)
    func canonical(seed: UInt64, shape: (sectors: UInt64, longest: UInt64)) throws {
        var generator = SeededGenerator(seed: seed)
        let extents = TestMap.random(sectors: shape.sectors, longest: shape.longest, &generator)
        let disk = try TestMap().build(extents)
        for pieces in [TestMap.joined(extents), TestMap.cut(extents, &generator), TestMap.cut(extents, &generator)] {
            #expect(try TestMap().build(pieces) == disk, "seed \(seed)")
        }
    }

    @Test("obey the rule of leaves and interior pages, and list exactly the frames they use", arguments: seeds)
    func pages(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let map = TestMap()
        let disk = try map.build(TestMap.random(sectors: 140_000, longest: 12, &generator))
        let pages = try map.pages(of: disk)
        #expect(pages.contains { if case .interior = $0.page { true } else { false } })
        for (page, digest) in pages {
            #expect(map.store.objects[ObjectName.mapPage(host: TestMap.host, digest: digest)] != nil)
            guard case .leaf(_, let packs, let extents) = page else { continue }
            #expect(extents == TestMap.joined(extents) && extents.count <= Limits.extentsInLeaf)
            for (number, reference) in packs.enumerated() {
                let used = Set(
                    extents.filter { $0.kind == .data && $0.place.pack == number }.map { TestMap.frame(of: $0.place) })
                #expect(Set(reference.frames.joined()) == used)
            }
        }
        #expect(disk.pageBytes == pages.reduce(0) { $0 + UInt64(map.store.objects[$1.digest]?.count ?? 0) })
    }

    @Test("of 4096 extents are one leaf, of one more an interior page", arguments: [(4_096, 1), (4_097, 4)])
    func boundary(count: Int, pages: Int) throws {
        let map = TestMap()
        let extents = (0..<UInt64(count)).map { number in
            Extent(
                start: number, length: 1, kind: number % 2 == 0 ? .zero : .data,
                place: Place(pack: 0, chunk: UInt32(number % 2 * number), offset: 0))
        }
        let disk = try map.build(extents)
        #expect(disk.extents == UInt64(count) && disk.root.extents == UInt64(count))
        // 4097 sectors are two nodes of 2048 and one of a single zero sector, which needs no page.
        #expect(try map.pages(of: disk).count == (count == 4_096 ? 1 : 3))
    }

    @Test(
        "of a disk that is all of one kind are one record and no page",
        arguments: [ExtentKind.zero, .unused, .unknown], [1, 2_048, 5_000, 1 << 31, 1 << 51] as [UInt64])
    func uniform(kind: ExtentKind, sectors: UInt64) throws {
        let map = TestMap()
        let disk = try map.build([Extent(start: 0, length: sectors, kind: kind)])
        #expect(map.store.objects.isEmpty)
        #expect(disk.root.content == .uniform(kind) && disk.extents == 1 && disk.pageBytes == 0)
        #expect(try map.extents(of: disk) == [Extent(start: 0, length: sectors, kind: kind)])
    }

    @Test("of a terabyte with one block of data are one page")
    func sparse() throws {
        let map = TestMap()
        let end: UInt64 = 1 << 31
        let extents = [
            Extent(start: 0, length: 1_000_000_007, kind: .zero),
            Extent(start: 1_000_000_007, length: 8, kind: .data, place: Place(pack: 2, chunk: 9)),
            Extent(start: 1_000_000_015, length: end - 1_000_000_015, kind: .zero),
        ]
        let disk = try map.build(extents)
        #expect(map.store.objects.count == 1 && disk.extents == 3)
        #expect(try map.extents(of: disk) == extents)
    }

    @Test("share all pages but the path to a change")
    func sharing() throws {
        var generator = SeededGenerator(seed: 9)
        let map = TestMap()
        var extents = TestMap.random(sectors: 1_500_000, longest: 12, &generator)
        let first = try map.build(extents)
        let before = Set(map.store.objects.keys)
        let changed = extents.count / 2
        extents[changed].kind = .data
        extents[changed].place = Place(pack: 5, chunk: 77_777)
        let second = try map.build(extents)
        let added = Set(map.store.objects.keys).subtracting(before)
        #expect(first.root != second.root && before.count > 100)
        #expect(added.count <= first.root.level + 1)
        #expect(try map.extents(of: first) != map.extents(of: second))
    }

    @Test("with a damaged or missing page are refused, and the rest is read", arguments: [false, true])
    func damage(missing: Bool) throws {
        var generator = SeededGenerator(seed: 4)
        let map = TestMap()
        let disk = try map.build(TestMap.random(sectors: 40_000, longest: 3, &generator))
        let (_, digest) = try #require(map.pages(of: disk).last)
        let name = ObjectName.mapPage(host: TestMap.host, digest: digest)
        if missing { map.store.objects[name] = nil } else { map.store.objects[name]?[60] ^= 1 }
        let error = #expect(throws: RepositoryError.self) { try map.extents(of: disk) }
        #expect(error?.code == .damaged && error?.message.contains(String(digest.hex.prefix(8))) == true)
        #expect(throws: Never.self) { try map.extents(of: disk, in: 0..<2_048) }
    }
}

extension DiskRecord {
    func sectors(of kind: ExtentKind) -> UInt64 {
        switch kind {
        case .data: dataSectors
        case .zero: zeroSectors
        case .unused: unusedSectors
        case .unknown: unknownSectors
        }
    }
}

extension [String: [UInt8]] {
    fileprivate subscript(digest: Digest) -> [UInt8]? { self[ObjectName.mapPage(host: TestMap.host, digest: digest)] }
}
