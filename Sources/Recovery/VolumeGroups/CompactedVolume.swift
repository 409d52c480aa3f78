internal import BlockDevices
internal import Buffers

/// A smaller physical volume, put together from the old one and from logical volumes that were made smaller.
final class CompactedVolume: ChangedPartition {
    /// What lies at a place. In bytes of the physical volume; between parts are zeros.
    struct Part {
        enum Content {
            /// What lvm wrote, which is where it was.
            case head
            /// The old physical volume of the moment, from this byte on. Not what lvm made of it: it wipes what looks like a signature.
            case moment(UInt64)
            /// A logical volume that was changed, from this byte on.
            case volume(ChangedVolume, UInt64)
        }

        var range: Range<UInt64>
        var content: Content
    }

    /// A logical volume that is smaller now.
    struct ChangedVolume {
        var content: any ChangedPartition
        /// Where it lay, on the disk.
        var places: DiskPlaces
        /// All of it.
        var pieces: [PartitionPiece]
    }

    let geometry: DiskGeometry
    var name: String { old.name }
    var sizeInBytes: UInt64 { geometry.sizeInBytes }
    private let old: PartitionOverlay
    private let parts: [Part]

    /// - Parameter parts: in the order of their places, without overlaps.
    init(_ old: PartitionOverlay, size: UInt64, parts: [Part]) {
        self.old = old
        self.parts = parts
        geometry = DiskGeometry(sizeInBytes: size, logicalSectorSize: old.geometry.logicalSectorSize)
    }

    var problem: (any Error)? {
        if let problem = old.problem { return problem }
        for case .volume(let volume, _) in parts.map(\.content) {
            if let problem = volume.content.problem { return problem }
        }
        return nil
    }

    func pieces(upTo size: UInt64) -> [PartitionPiece] {
        var pieces: [PartitionPiece] = []
        var position: UInt64 = 0
        func fill(upTo end: UInt64) {
            if position < end { pieces.append(PartitionPiece(range: position..<end, origin: .zeros)) }
        }
        for part in parts {
            let range = part.range.clamped(to: 0..<size)
            guard !range.isEmpty else { continue }
            fill(upTo: range.lowerBound)
            switch part.content {
            case .head: pieces += old.pieces(in: range)
            case .moment(let from): pieces.append(PartitionPiece(range: range, origin: .moment(from)))
            case .volume(let volume, let from): pieces += Self.pieces(of: volume, from, at: range, on: start)
            }
            position = range.upperBound
        }
        fill(upTo: size)
        return pieces
    }

    func nextData(in range: Range<UInt64>) -> Range<UInt64>? { range.isEmpty ? nil : range }

    func read(into slice: BufferSlice, at offset: UInt64) throws(BlockDeviceError) {
        slice.withMutableBytes { _ = $0.initializeMemory(as: UInt8.self, repeating: 0) }
        let wanted = offset..<offset + UInt64(slice.count)
        for part in parts[parts.partitioningIndex(where: { $0.range.upperBound > offset })...] {
            guard part.range.lowerBound < wanted.upperBound else { return }
            let piece = part.range.clamped(to: wanted)
            guard !piece.isEmpty else { continue }
            let inside = slice[Int(piece.lowerBound - offset)..<Int(piece.upperBound - offset)]
            let skipped = piece.lowerBound - part.range.lowerBound
            switch part.content {
            case .head: try old.read(into: inside, at: piece.lowerBound)
            case .moment(let from): try old.moment.read(into: inside, at: from + skipped)
            case .volume(let volume, let from): try volume.content.read(into: inside, at: from + skipped)
            }
        }
    }

    func write(_ slice: BufferSlice, at offset: UInt64) throws(BlockDeviceError) {
        throw BlockDeviceError(.inputOutput, "Cannot write to \(name), which is made already.")
    }

    // MARK: Parts

    /// Of the physical volume, on its disk.
    private var start: UInt64 { old.moment.places.ranges.first?.lowerBound ?? 0 }

    /// What lies at `range` is the volume from a byte on; its moment's bytes are named by their places in the physical volume, which
    /// begins at `start` of the disk.
    private static func pieces(
        of volume: ChangedVolume, _ from: UInt64, at range: Range<UInt64>, on start: UInt64
    ) -> [PartitionPiece] {
        let wanted = from..<from + (range.upperBound - range.lowerBound)
        var pieces: [PartitionPiece] = []
        for piece in volume.pieces[volume.pieces.partitioningIndex(where: { $0.range.upperBound > from })...] {
            guard piece.range.lowerBound < wanted.upperBound else { break }
            let part = piece.range.clamped(to: wanted)
            func place(_ own: Range<UInt64>) -> Range<UInt64> {
                range.lowerBound + (own.lowerBound - from)..<range.lowerBound + (own.upperBound - from)
            }
            guard case .moment(let byte) = piece.origin else {
                pieces.append(PartitionPiece(range: place(part), origin: piece.origin))
                continue
            }
            let first = byte + (part.lowerBound - piece.range.lowerBound)
            let count = part.upperBound - part.lowerBound
            volume.places.eachPiece(of: first..<first + count) { found, onDisk in
                let own = part.lowerBound + (found.lowerBound - first)
                pieces.append(
                    PartitionPiece(
                        range: place(own..<own + (found.upperBound - found.lowerBound)),
                        origin: .moment(onDisk - start)))
            }
        }
        return pieces
    }
}
