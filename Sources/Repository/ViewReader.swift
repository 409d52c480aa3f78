package import Buffers
internal import Digests
package import RepositoryFormat
internal import Synchronization

/// Reads any bytes of the disks of a view, as a block device would: frames and look-ups are kept for the next request,
/// and who reads on in order finds the next frames there already.
///
/// Any number of threads; calls block. Every byte was verified before it is handed out. Steady reading of what is kept
/// allocates nothing.
package final class ViewReader: Sendable {
    package let view: View
    let options: ViewReaderOptions
    private let frames: ChunkCache<FrameKey, AlignedBuffer>
    private let windows: ChunkCache<WindowKey, ViewReaderWindow>
    private let openers = Mutex<[ViewReaderOpener]>([])
    let streams: Mutex<ViewReaderStreams>
    let prefetcher = Mutex<ViewReaderPrefetcher?>(nil)

    struct FrameKey: Hashable {
        /// By the view's `packs`.
        var pack: UInt32
        var frame: Int
    }

    struct WindowKey: Hashable {
        var disk: UInt32
        var number: UInt64
    }

    /// Starts no thread; see `startReadAhead`.
    package init(_ view: View, options: ViewReaderOptions = ViewReaderOptions()) {
        self.view = view
        self.options = options
        frames = ChunkCache(bound: options.cacheBytes)
        windows = ChunkCache(bound: options.lookUpBytes)
        streams = Mutex(ViewReaderStreams(depth: options.readAheadBytes))
    }

    deinit { prefetcher.withLock { $0?.stop(waiting: false) } }

    /// Bytes of decompressed frames that are kept now.
    package var cachedBytes: Int { frames.cost }

    /// Fills `slice` with the bytes of a disk from `offset` on, which must lie inside it; both need no alignment.
    ///
    /// Throws `damaged` where a frame, an index or a map is, or the content is not known; the store's errors otherwise.
    /// `slice` is then unspecified.
    package func read(
        _ disk: DiskRecord, at offset: UInt64, into slice: BufferSlice
    ) throws(RepositoryError) {
        var done = 0
        try pieces(of: disk, in: offset..<offset + UInt64(slice.count)) { piece in
            let target = slice[done..<done + piece.count]
            target.withMutableBytes { piece.copy(to: $0) }
            done += piece.count
        }
    }

    /// Calls `body` with the content of a range of a disk, in order and without gaps, as it lies in the cache: one copy
    /// fewer for those who have a place for it. Throws as `read` does, perhaps after some pieces.
    package func pieces(
        of disk: DiskRecord, in range: Range<UInt64>, _ body: (ViewReaderPiece) -> Void
    ) throws(RepositoryError) {
        precondition(range.upperBound <= disk.sizeInBytes, "bytes \(range) of a disk of \(disk.sizeInBytes)")
        readAhead(disk, range)
        do throws(RepositoryError) { try walk(disk, range, body) } catch {
            throw RepositoryError(error.code, "\(cannotRead(disk, range)): \(error.message)", cause: error.cause)
        }
    }

    func cannotRead(_ disk: DiskRecord, _ range: Range<UInt64>) -> String {
        "Cannot read bytes \(range.lowerBound)–\(range.upperBound) of disk \(disk.number) of \(view.host.name) at "
            + Timestamp.text(ofNanoseconds: view.moment.time)
    }

    /// The same without read-ahead.
    func walk(
        _ disk: DiskRecord, _ range: Range<UInt64>, _ body: (ViewReaderPiece) -> Void
    ) throws(RepositoryError) {
        var position = range.lowerBound
        var opened: OpenedFrame?
        while position < range.upperBound {
            let window = try window(of: disk, at: position)
            var number = window.index(ofSector: position / 512)
            let before = position
            while position < range.upperBound, number < window.extents.count {
                let extent = window.extents[number]
                guard extent.start * 512 <= position, position < extent.end * 512 else { break }
                let end = min(range.upperBound, extent.end * 512)
                let count = Int(end - position)
                switch extent.kind {
                case .zero, .unused: body(.zeros(count))
                case .data:
                    let skipped = Int(position - extent.start * 512)
                    body(.bytes(try bytes(of: extent, skipping: skipped, count: count, &opened)))
                case .unknown:
                    throw RepositoryError(.damaged, "What sector \(position / 512) held then is not known.")
                }
                position = end
                number += 1
            }
            guard position > before else {
                throw RepositoryError(.damaged, "The map says nothing about sector \(position / 512).")
            }
        }
    }

    // MARK: Extents

    /// The extents of the window that holds a byte of a disk.
    func window(of disk: DiskRecord, at position: UInt64) throws(RepositoryError) -> ViewReaderWindow {
        let key = WindowKey(disk: disk.number, number: position / ViewReaderWindow.byteCount)
        return try windows.value(for: key) { () throws(RepositoryError) in
            let window = try ViewReaderWindow(key.number, of: disk, view)
            return (window, window.cost)
        }
    }

    // MARK: Frames

    /// The frame that was read last, with what it takes to tell whether the next extent lies in it too.
    private struct OpenedFrame {
        var key: FrameKey
        var index: PackIndex
        var plain: AlignedBuffer
    }

    private func bytes(
        of extent: Extent, skipping skipped: Int, count: Int, _ opened: inout OpenedFrame?
    ) throws(RepositoryError) -> BufferSlice {
        let number = extent.place.pack
        let index: PackIndex
        if let opened, opened.key.pack == number {
            index = opened.index
        } else {
            index = try view.repository.indexes.index(of: view.packs.id(number))
        }
        let chunk = Int(extent.place.chunk)
        guard chunk < index.chunks.count,
            UInt64(extent.place.offset) + extent.length <= UInt64(index.chunks[chunk].length / 512)
        else {
            throw RepositoryError(
                .damaged,
                "The map names bytes that pack \(view.packs.id(number).hex.prefix(8)) does not have (chunk \(chunk)).")
        }
        let key = FrameKey(pack: number, frame: index.frame(ofChunk: chunk))
        let plain: AlignedBuffer
        if let opened, opened.key == key {
            plain = opened.plain
        } else {
            plain = try frame(key, index)
            opened = OpenedFrame(key: key, index: index, plain: plain)
        }
        let start = Int(index.chunkOffsets[chunk]) + Int(extent.place.offset) * 512 + skipped
        return plain[start..<start + count]
    }

    private func frame(_ key: FrameKey, _ index: PackIndex) throws(RepositoryError) -> AlignedBuffer {
        try frames.value(for: key) { () throws(RepositoryError) in
            let opener = openers.withLock { $0.popLast() } ?? ViewReaderOpener()
            defer { openers.withLock { $0.append(opener) } }
            let pack = view.packs.id(key.pack)
            let plain = try opener.open(key.frame, of: pack, index, view.repository)
            return (plain, plain.capacity)
        }
    }
}
