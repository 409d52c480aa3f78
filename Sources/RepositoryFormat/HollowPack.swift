package import Digests

/// What is left of a pack: some of its frames as they were stored, and where they lie now (format.md, section 7.3).
package struct HollowPack: Hashable, Sendable {
    package var pack: Digest
    /// Numbers of the kept frames, ascending, each with its offset in this object.
    package var frames: [(number: UInt32, offset: UInt64)]
    /// Length of the whole object.
    package var length: UInt64

    package static let fixedLength = 72
    private static let frameLength = 16

    package static func tableLength(frames: Int) -> Int { fixedLength + frames * frameLength }

    /// Lays out the kept frames of a pack; `index` says how long they are.
    package init(_ pack: Digest, keeping kept: [Int], of index: PackIndex) {
        self.pack = pack
        frames = []
        length = UInt64(Self.tableLength(frames: kept.count))
        for number in kept {
            frames.append((UInt32(number), length))
            length += UInt64(index.frames[number].storedLength)
        }
    }

    private init(pack: Digest, frames: [(number: UInt32, offset: UInt64)], length: UInt64) {
        self.pack = pack
        self.frames = frames
        self.length = length
    }

    /// The header and the table; the frames follow.
    package func encoded() -> [UInt8] {
        var writer = ByteWriter(capacity: Self.tableLength(frames: frames.count))
        ObjectHeader.begin(.hollowedPack, in: &writer)
        writer.append(pack)
        writer.append(UInt32(frames.count))
        writer.append(UInt32(0))
        for frame in frames {
            writer.append(frame.number)
            writer.append(UInt32(0))
            writer.append(frame.offset)
        }
        ObjectHeader.seal(&writer, following: Int(length) - writer.bytes.count)
        return writer.bytes
    }

    /// How many frames the table behind these first `fixedLength` bytes lists.
    package static func count(_ bytes: [UInt8], of pack: Digest) throws(FormatError) -> Int {
        var reader = ByteReader(bytes, subject: "What is left of pack \(pack.hex.prefix(8))")
        _ = try ObjectHeader.check(&reader, as: .hollowedPack)
        guard try reader.digest() == pack else { throw reader.damaged("it belongs to another pack") }
        let count = try reader.count("frames", limit: Limits.framesInPack)
        try reader.zeros(4)
        return count
    }

    /// Reads header and table.
    package static func decode(_ bytes: [UInt8], of pack: Digest) throws(FormatError) -> HollowPack {
        let count = try count(bytes, of: pack)
        var reader = ByteReader(bytes, subject: "What is left of pack \(pack.hex.prefix(8))")
        let length = try ObjectHeader.check(&reader, as: .hollowedPack)
        try reader.skip(fixedLength - ObjectHeader.byteCount)
        var frames: [(number: UInt32, offset: UInt64)] = []
        for _ in 0..<count {
            let number = try reader.integer(UInt32.self)
            try reader.zeros(4)
            let offset = try reader.integer(UInt64.self)
            guard number < Limits.framesInPack, offset < Limits.pack, frames.last.map({ $0.number < number }) ?? true
            else { throw reader.damaged("frames out of order") }
            frames.append((number, offset))
        }
        try reader.finish()
        guard length <= Limits.pack else { throw reader.damaged("it is longer than a pack may be") }
        return HollowPack(pack: pack, frames: frames, length: length)
    }

    package static func == (left: HollowPack, right: HollowPack) -> Bool {
        left.pack == right.pack && left.length == right.length
            && left.frames.elementsEqual(right.frames) { $0.number == $1.number && $0.offset == $1.offset }
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(pack) }
}

extension PackIndex {
    /// The index as a hollow pack leaves it: offsets in that object, and no stored bytes for frames that are gone.
    ///
    /// Throws `damaged` when the table does not fit the index.
    package func hollowed(_ hollow: HollowPack) throws(FormatError) -> PackIndex {
        let damaged = FormatError(
            .damaged, "What is left of pack \(hollow.pack.hex.prefix(8)) is damaged: its table does not fit its index.")
        var offset = UInt64(HollowPack.tableLength(frames: hollow.frames.count))
        var kept = hollow.frames[...]
        var left = frames
        for number in left.indices {
            left[number].offset = offset
            if let next = kept.first, Int(next.number) == number {
                guard next.offset == offset else { throw damaged }
                offset += UInt64(left[number].storedLength)
                kept.removeFirst()
            } else {
                left[number].storedLength = 0
            }
        }
        guard kept.isEmpty, offset == hollow.length else { throw damaged }
        return PackIndex(replacing: left, of: self, length: offset)
    }

    /// Whether the frame's bytes are still there: hollow packs keep those that are in use.
    package func holds(frame: Int) -> Bool { frames[frame].storedLength > 0 }

    /// The same index with stored bytes for some frames only: the others are what a writer may not refer to any more.
    package func keeping(_ isKept: (Int) -> Bool) -> PackIndex {
        var left = frames
        for number in left.indices where !isKept(number) { left[number].storedLength = 0 }
        return PackIndex(replacing: left, of: self, length: packLength)
    }
}
