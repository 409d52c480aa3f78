internal import Digests
internal import RepositoryFormat

extension Verifier {
    /// A leaf's extents against the indexes of their packs: chunk numbers, lengths, and the list of used frames.
    func leaf(
        _ references: [PackReference], _ extents: [Extent], _ object: String
    ) throws(RepositoryError) -> VerifierPageGraph.Page {
        var page = VerifierPageGraph.Page(summary: VerifierPageGraph.Summary())
        page.summary?.extents = UInt64(extents.count)
        for extent in extents { page.summary?.sectors[Int(extent.kind.rawValue)] += extent.length }
        var indexes: [PackIndex?] = []
        for reference in references {
            let number = packs.number(of: reference.pack)
            page.uses.append((number, reference.frames))
            indexes.append(try index(of: reference.pack, number: number))
        }
        if let what = Self.contradiction(references, indexes, extents) {
            page.findings.insert(find(object, what))
        }
        return page
    }

    /// The index of a pack, read and checked at its first use; nil when it is damaged.
    func index(of pack: Digest, number: UInt32) throws(RepositoryError) -> PackIndex? {
        guard packFindings[number] == nil else { return nil }
        let object = ObjectName.packIndex(pack)
        let read = try attempt(object) { () throws(RepositoryError) in try repository.indexes.index(of: pack) }
        switch read {
        case .sound(let index):
            packLengths[number] = index.packLength
            return index
        case .damaged(let finding):
            packFindings[number] = [(finding, nil)]
            return nil
        }
    }

    /// What is wrong with a leaf, as far as the indexes could be read.
    private static func contradiction(
        _ references: [PackReference], _ indexes: [PackIndex?], _ extents: [Extent]
    ) -> String? {
        var used = [Set<UInt32>](repeating: [], count: references.count)
        for extent in extents where extent.kind == .data {
            let pack = Int(extent.place.pack)
            guard let index = indexes[pack] else { continue }
            let chunk = Int(extent.place.chunk)
            guard chunk < index.chunks.count,
                (UInt64(extent.place.offset) + extent.length) * 512 <= UInt64(index.chunks[chunk].length)
            else { return "An extent leaves chunk \(chunk) of pack \(references[pack].pack.hex.prefix(8))." }
            let frame = index.frame(ofChunk: chunk)
            guard index.holds(frame: frame) else {
                return
                    "An extent needs frame \(frame) of pack \(references[pack].pack.hex.prefix(8)), which was collected."
            }
            used[pack].insert(UInt32(frame))
        }
        for (number, reference) in references.enumerated() where indexes[number] != nil {
            guard PageEncoder.ranges(Array(used[number])) == reference.frames else {
                return "Its list of frames of pack \(reference.pack.hex.prefix(8)) is not that of its extents."
            }
        }
        return nil
    }
}
