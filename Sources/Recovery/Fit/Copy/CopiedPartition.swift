internal import BlockDevices
internal import Buffers
internal import Digests
internal import LinuxSystem
internal import Synchronization

/// A new partition that programs fill from an old one. A block that holds what was read there a short time ago is that block of the
/// moment; only others lie in the scratch file. So a copy of all files costs little more than their directory.
final class CopiedPartition: ChangedPartition {
    static let blockLength: UInt64 = 4_096

    let name: String
    let geometry: DiskGeometry
    var sizeInBytes: UInt64 { geometry.sizeInBytes }
    private let old: PartitionOverlay
    private let recent: RecentBlocks
    private let scratch: FileDescriptor
    private let state = Mutex(State())

    private struct State {
        var map = BlockMap()
        var problem: (any Error)?
    }

    /// Of zeros.
    init(size: UInt64, from old: PartitionOverlay, recent: RecentBlocks, scratch: consuming FileDescriptor) {
        name = old.name
        geometry = DiskGeometry(sizeInBytes: size, logicalSectorSize: old.geometry.logicalSectorSize)
        self.old = old
        self.recent = recent
        self.scratch = scratch
    }

    var problem: (any Error)? { state.withLock { $0.problem } }

    func nextData(in range: Range<UInt64>) -> Range<UInt64>? { range.isEmpty ? nil : range }

    func read(into slice: BufferSlice, at offset: UInt64) throws(BlockDeviceError) {
        try noting("read") {
            try eachBlock(of: slice, at: offset) { block, part, inside in
                try self.read(block, inside, into: part)
            }
        }
    }

    func write(_ slice: BufferSlice, at offset: UInt64) throws(BlockDeviceError) {
        try noting("write to") {
            let hash = SHA256()
            try eachBlock(of: slice, at: offset) { block, part, inside in
                guard part.count == Int(Self.blockLength) else { return try self.write(block, inside, part) }
                let origin: BlockMap.Origin
                if part.withBytes({ $0.allSatisfy { $0 == 0 } }) {
                    origin = .zeros
                } else if let found = recent.block(part.withBytes { hash.digest(of: $0) }, next: follower(of: block)) {
                    origin = .old(found)
                } else {
                    try scratch.write(part, at: block * Self.blockLength)
                    origin = .scratch
                }
                state.withLock { $0.map.set(block, origin) }
            }
        }
    }

    func pieces(upTo size: UInt64) -> [PartitionPiece] {
        var pieces: [PartitionPiece] = []
        var position: UInt64 = 0
        for run in state.withLock({ $0.map.runs() }) {
            let start = min(run.blocks.lowerBound * Self.blockLength, size)
            let end = min(run.blocks.upperBound * Self.blockLength, size)
            if position < start { pieces.append(PartitionPiece(range: position..<start, origin: .zeros)) }
            position = start
            guard start < end else { break }
            switch run.origin {
            case .zeros: pieces.append(PartitionPiece(range: start..<end, origin: .zeros))
            case .scratch: pieces.append(PartitionPiece(range: start..<end, origin: .change))
            case .old(let block):
                pieces.append(PartitionPiece(range: start..<end, origin: .moment(block * Self.blockLength)))
            }
            position = end
        }
        if position < size { pieces.append(PartitionPiece(range: position..<size, origin: .zeros)) }
        return pieces
    }

    /// Calls `body` with each block, the part of the slice in it, and where in the block that begins.
    private func eachBlock(
        of slice: BufferSlice, at offset: UInt64, _ body: (UInt64, BufferSlice, UInt64) throws -> Void
    ) throws {
        var position = offset
        let end = offset + UInt64(slice.count)
        while position < end {
            let block = position / Self.blockLength
            let next = min((block + 1) * Self.blockLength, end)
            let part = slice[Int(position - offset)..<Int(next - offset)]
            try body(block, part, position - block * Self.blockLength)
            position = next
        }
    }

    private func read(_ block: UInt64, _ inside: UInt64, into part: BufferSlice) throws {
        switch state.withLock({ $0.map.origin(of: block) }) {
        case .zeros: part.withMutableBytes { _ = $0.initializeMemory(as: UInt8.self, repeating: 0) }
        case .scratch: try scratch.readFully(into: part, at: block * Self.blockLength + inside)
        case .old(let from): try old.readUnobserved(into: part, at: from * Self.blockLength + inside)
        }
    }

    /// What would go on with what lies in front of a block.
    private func follower(of block: UInt64) -> UInt64? {
        guard block > 0, case .old(let before) = state.withLock({ $0.map.origin(of: block - 1) }) else { return nil }
        return before + 1
    }

    /// A part of a block: all of it then lies in the scratch file.
    private func write(_ block: UInt64, _ inside: UInt64, _ part: BufferSlice) throws {
        let origin = state.withLock { $0.map.origin(of: block) }
        if origin != .scratch {
            let count = Int(min(Self.blockLength, sizeInBytes - block * Self.blockLength))
            let buffer = AlignedBuffer(capacity: count)
            try read(block, 0, into: buffer.all)
            try scratch.write(buffer.all, at: block * Self.blockLength)
        }
        try scratch.write(part, at: block * Self.blockLength + inside)
        state.withLock { $0.map.set(block, .scratch) }
    }

    private func noting(_ what: String, _ body: () throws -> Void) throws(BlockDeviceError) {
        do { try body() } catch {
            state.withLock { $0.problem = $0.problem ?? error }
            throw BlockDeviceError(.inputOutput, "Cannot \(what) the new \(name) (\(error)).", cause: error)
        }
    }
}
