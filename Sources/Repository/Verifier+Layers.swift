internal import Buffers
internal import Digests
internal import RepositoryFormat

/// A segment on the way through a verification.
struct VerifierLayer {
    let host: String
    let layer: Layer
    /// Frames that its entries use, by number of the pack.
    var uses: [(pack: UInt32, frames: [Range<UInt32>])] = []
    var findings: Set<Int> = []
}

extension Verifier {
    /// A segment: its index part, every block, the places that these name, and the frames inside.
    func walk(_ layer: Layer, of id: HostIdentifier, host: String) throws(RepositoryError) {
        counts.segments += 1
        var record = VerifierLayer(host: host, layer: layer)
        defer { layers.append(record) }
        let object = ObjectName.segment(host: id, last: layer.last, digest: layer.index.digest)
        guard named.insert(object).inserted else { return }
        let scratch = PackTable()
        let read = try attempt(object) { () throws(RepositoryError) in
            try LayerReader(layer, repository: repository, host: id, packs: scratch)
        }
        guard case .sound(let reader) = read else {
            if case .damaged(let finding) = read { record.findings.insert(finding) }
            sawEverything = false
            return
        }
        if let length = try length(of: object), length != layer.length {
            record.findings.insert(find(object, "It holds \(length) bytes instead of \(layer.length)."))
        }
        var known: [UInt32: PackIndex] = [:]
        for reference in reader.index.packs {
            let number = packs.number(of: reference.pack)
            record.uses.append((number, reference.frames))
            known[scratch.number(of: reference.pack)] = try index(of: reference.pack, number: number)
        }
        let own = scratch.number(of: layer.index.digest)
        if !reader.index.inline.frames.isEmpty { known[own] = reader.index.inline }
        var used: [UInt32: Set<UInt32>] = [:]
        for number in reader.index.blocks.indices {
            let checked = try attempt(object) { () throws(RepositoryError) in
                try check(block: number, of: reader, known, &used)
            }
            if case .damaged(let finding) = checked { record.findings.insert(finding) }
        }
        for reference in reader.index.packs where record.findings.isEmpty {
            let number = scratch.number(of: reference.pack)
            guard known[number] != nil, PageEncoder.ranges(Array(used[number] ?? [])) != reference.frames else {
                continue
            }
            let what = "Its list of frames of pack \(reference.pack.hex.prefix(8)) is not that of its entries."
            record.findings.insert(find(object, what))
        }
        record.findings.formUnion(try verifyFrames(inside: reader, object))
    }

    private func length(of object: String) throws(RepositoryError) -> UInt64? {
        do { return try repository.store.length(of: object) } catch { throw RepositoryError(error, object: object) }
    }

    /// Reads a block and compares the places in it with the indexes of their packs; notes the frames that they use.
    private func check(
        block: Int, of reader: LayerReader, _ known: [UInt32: PackIndex], _ used: inout [UInt32: Set<UInt32>]
    ) throws(RepositoryError) {
        let extents =
            switch reader.layer.kind {
            case .delta: try reader.extents(ofBlock: block)
            case .journal: try reader.records(ofBlock: block).compactMap(\.extent)
            }
        for extent in extents where extent.kind == .data {
            let place = extent.place
            guard let index = known[place.pack] else { continue }
            let chunk = Int(place.chunk)
            guard chunk < index.chunks.count,
                (UInt64(place.offset) + extent.length) * 512 <= UInt64(index.chunks[chunk].length)
            else { throw RepositoryError(.damaged, "An entry of block \(block) leaves chunk \(chunk) of its pack.") }
            let frame = index.frame(ofChunk: chunk)
            guard index.holds(frame: frame) else {
                throw RepositoryError(.damaged, "An entry of block \(block) needs frame \(frame), which was collected.")
            }
            used[place.pack, default: []].insert(UInt32(frame))
        }
    }

    private func verifyFrames(inside reader: LayerReader, _ object: String) throws(RepositoryError) -> Set<Int> {
        var damages: Set<Int> = []
        let index = reader.index.inline
        let opener = FrameReader()
        for (number, frame) in index.frames.enumerated() {
            let checked = try attempt(object) { () throws(RepositoryError) in
                let stored = AlignedBuffer(capacity: frame.storedLength)
                let plain = AlignedBuffer(capacity: frame.plainLength)
                do throws(StoreError) {
                    try repository.store.read(object, at: frame.offset, into: stored[0..<frame.storedLength])
                } catch { throw RepositoryError(error, object: object) }
                let bytes = stored[0..<frame.storedLength]
                try opener.open(bytes, of: reader.layer.index.digest, number: number, frame: frame, into: plain.all)
                for chunk in index.chunks(ofFrame: number) where deep {
                    let start = Int(index.chunkOffsets[chunk])
                    let slice = plain[start..<start + index.chunks[chunk].length]
                    guard opener.identity(of: slice) == index.chunks[chunk].identity else {
                        throw RepositoryError(.damaged, "It holds a chunk \(chunk) that is not what its index says.")
                    }
                }
            }
            if case .damaged(let finding) = checked { damages.insert(finding) }
        }
        counts.frames += index.frames.count
        counts.chunks += index.chunks.count
        return damages
    }
}
