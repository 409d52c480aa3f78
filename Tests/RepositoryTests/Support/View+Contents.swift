import Buffers
import Digests
import Repository
import RepositoryFormat

extension View {
    /// All bytes of a disk, read the slow and plain way: extent by extent, a whole frame for each.
    func contents(of disk: DiskRecord) throws -> [UInt8] {
        var bytes: [UInt8] = []
        let reader = FrameReader()
        var opened: [UsedFrame: [UInt8]] = [:]
        try extents(of: disk) { extent in
            guard extent.kind == .data else {
                bytes += [UInt8](repeating: 0, count: Int(extent.length) * 512)
                return
            }
            let pack = packs.id(extent.place.pack)
            let index = try repository.indexes.index(of: pack)
            let chunk = Int(extent.place.chunk)
            let number = index.frame(ofChunk: chunk)
            let frame = UsedFrame(pack: pack, frame: number)
            let plain = try opened[frame] ?? self.frame(number, of: pack, index, reader)
            opened[frame] = plain
            let start = Int(index.chunkOffsets[chunk]) + Int(extent.place.offset) * 512
            bytes += plain[start..<start + Int(extent.length) * 512]
        }
        return bytes
    }

    private func frame(
        _ number: Int, of pack: Digest, _ index: PackIndex, _ reader: borrowing FrameReader
    ) throws -> [UInt8] {
        let frame = index.frames[number]
        let stored = AlignedBuffer(capacity: frame.storedLength)
        let plain = AlignedBuffer(capacity: frame.plainLength)
        try repository.store.read(repository.indexes.objectName(of: pack), at: frame.offset, into: stored.all)
        try reader.open(stored.all, of: pack, number: number, frame: frame, into: plain.all)
        return plain.all.withBytes { Array($0) }
    }

    /// The frames that the moment's disks need, by pack: found by reading extents, not by the pages' own lists.
    func usedFrames() throws -> Set<UsedFrame> {
        var used: Set<UsedFrame> = []
        for disk in root.disks {
            try extents(of: disk) { extent in
                guard extent.kind == .data else { return }
                let pack = packs.id(extent.place.pack)
                let index = try repository.indexes.index(of: pack)
                used.insert(UsedFrame(pack: pack, frame: index.frame(ofChunk: Int(extent.place.chunk))))
            }
        }
        return used
    }
}

struct UsedFrame: Hashable {
    let pack: Digest
    let frame: Int
}

extension Repository {
    /// Every moment of every host that the repository shows, with the digests of its disks: "web01 first" → disks.
    func everything() throws -> [String: [Digest]] {
        var result: [String: [Digest]] = [:]
        for host in try hosts() {
            for moment in try timeline(of: host).moments {
                let view = try View(self, host: host, moment: moment)
                result["\(host.name) \(moment.label)"] = try view.root.disks.map {
                    SHA256.digest(of: try view.contents(of: $0))
                }
            }
        }
        return result
    }
}
