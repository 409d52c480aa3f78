import Digests
import Repository
import RepositoryFormat
import RepositoryTesting
import Testing

/// Objects whose digests are right and whose content lies.
@Suite("Verification of contradictions")
struct ContradictionTests {
    private func verify(_ moment: HandmadeMoment, deep: Bool = false) throws -> VerificationReport {
        let folder = try TemporaryFolder()
        return try moment.publish(in: folder).verify(deep: deep)
    }

    /// The one damage, which must touch the one moment.
    private func damage(_ moment: HandmadeMoment, deep: Bool = false) throws -> VerificationReport.Damage {
        let report = try verify(moment, deep: deep)
        #expect(report.damages.count == 1, "\(report.damages)")
        let damage = try #require(report.damages.first)
        #expect(damage.touched == ["hand by hand"] && damage.hosts == ["hand"])
        return damage
    }

    @Test("accepts a moment made by hand that does not lie")
    func control() throws {
        let folder = try TemporaryFolder()
        let moment = HandmadeMoment()
        let repository = try moment.publish(in: folder)
        #expect(try repository.verify(deep: true).damages == [])
        let whole = SHA256.digest(of: moment.chunks.flatMap { $0 })
        #expect(try repository.everything() == ["hand by hand": [whole]])
    }

    @Test("finds a chunk that is not what its index says, when it looks deep")
    func identity() throws {
        var moment = HandmadeMoment()
        moment.identities[2] = moment.identities[3]
        #expect(try verify(moment).ok)
        let damage = try damage(moment, deep: true)
        #expect(damage.what.contains("frame 1 (") && damage.what.contains("holds a chunk 2 that is not"))
    }

    @Test("finds a frame that does not decompress, when it looks deep")
    func compression() throws {
        var moment = HandmadeMoment()
        moment.codec = .zstd
        #expect(try verify(moment).ok)
        // Both frames hold plain bytes under the name of compressed ones.
        let report = try verify(moment, deep: true)
        #expect(report.damages.count == 2 && report.damages.allSatisfy { $0.what.contains("cannot be decompressed") })
    }

    @Test("finds a frame that decompresses to another length, when it looks deep", arguments: [-512, 512])
    func length(difference: Int) throws {
        var moment = HandmadeMoment()
        moment.codec = .zstd
        let plain = moment.frames[0] + [UInt8](repeating: 0, count: 512)
        moment.frames[0] = try compressed(Array(plain.prefix(2 * HandmadeMoment.chunkLength + difference)))
        moment.frames[1] = try compressed(moment.frames[1])
        #expect(try damage(moment, deep: true).what.contains("frame 0 ("))
    }

    @Test(
        "finds a page whose list of frames is not that of its extents",
        arguments: [[], [0..<1], [1..<2], [0..<3], [0..<2, 7..<8]] as [[Range<UInt32>]])
    func frameList(frames: [Range<UInt32>]) throws {
        var moment = HandmadeMoment()
        moment.usedFrames = frames
        let damage = try damage(moment)
        #expect(damage.object.contains("/maps/pages/") && damage.what.contains("list of frames"))
    }

    @Test(
        "finds an extent that leaves its chunk, or names one that is not there",
        arguments: [
            Place(pack: 0, chunk: 3, offset: 1), Place(pack: 0, chunk: 4), Place(pack: 0, chunk: 1_000_000),
        ])
    func extent(place: Place) throws {
        var moment = HandmadeMoment()
        moment.extents[3].place = place
        let damage = try damage(moment)
        #expect(damage.object.contains("/maps/pages/") && damage.what.contains("leaves chunk"))
    }

    @Test("finds totals that are not those of the pages")
    func totals() throws {
        var moment = HandmadeMoment()
        moment.record = { disk in
            disk.dataSectors -= 16
            disk.zeroSectors += 16
        }
        #expect(try damage(moment).what.contains("totals of disk 0"))
        moment.record = { $0.extents += 1 }
        #expect(try damage(moment).object.contains("/maps/0000000001."))
    }

    @Test("says of a moment with unknown sectors that it is not offered, which is no damage")
    func unknown() throws {
        var moment = HandmadeMoment()
        moment.extents.append(Extent(start: 64, length: 8, kind: .unknown))
        let report = try verify(moment)
        #expect(report.ok && report.notes.contains { $0.contains("8 sectors of disk 0 are not known") })
    }

    enum InteriorLie: CaseIterable { case none, count, beyondEnd, hole }

    @Test("finds an interior page whose children lie", arguments: InteriorLie.allCases)
    func interior(lie: InteriorLie) throws {
        var moment = HandmadeMoment()
        // A leaf fills its node; the second node of the 2 MiB disk is zero.
        moment.extents.append(Extent(start: 64, length: 2_048 - 64, kind: .zero))
        moment.root = { leaf in
            var children = [leaf, NodeReference(content: .uniform(.zero), level: 0, extents: 1)]
            let end = NodeReference(content: .beyondDisk, level: 0, extents: 0)
            if lie == .count { children[0].extents += 1 }
            if lie == .hole { children[1] = end }
            if lie == .beyondEnd { children.append(children[1]) }
            while children.count < 16 { children.append(end) }
            let page = MapPage.encodeInterior(level: 1, children: children)
            let reference = NodeReference.Content.page(SHA256.digest(of: page), length: page.count)
            return (NodeReference(content: reference, level: 1, extents: 6), page)
        }
        if lie == .none {
            #expect(try verify(moment, deep: true).damages == [])
        } else {
            #expect(try damage(moment).object.contains("/maps/pages/"))
        }
    }
}
