internal import Digests
package import RepositoryFormat
internal import Synchronization
internal import Zstd

/// Turns nodes of a map into page objects and stores them, each at most once.
///
/// Used by one thread.
package final class PageEncoder {
    private let store: any WritableObjectStore
    private let host: HostIdentifier
    private let packs: PackTable
    private let frameOfChunk: (Place) throws(RepositoryError) -> Int
    private let compressor = Compressor(level: 3)
    /// Pages that become durable together: one wait for the disk instead of one a page.
    private static let batchBytes = 8 << 20
    private var waiting: [(name: String, bytes: [UInt8])] = []
    private var sizes: [String: Int] = [:]
    private var waitingBytes = 0
    /// Bytes of pages that were not there before, or were there damaged.
    package private(set) var newBytes: UInt64 = 0

    /// `frameOfChunk` answers the number of the frame that holds a place's chunk, for the pages' lists of frames.
    package init(
        store: any WritableObjectStore, host: HostIdentifier, packs: PackTable,
        frameOfChunk: @escaping (Place) throws(RepositoryError) -> Int
    ) {
        self.store = store
        self.host = host
        self.packs = packs
        self.frameOfChunk = frameOfChunk
    }

    /// Stores a leaf of extents whose places name packs by their number in the table.
    func storeLeaf(_ extents: [Extent], level: Int) throws(RepositoryError) -> (Digest, Int) {
        let base = extents[0].start
        var local: [UInt32: UInt32] = [:]
        var order: [UInt32] = []
        var frames: [[UInt32]] = []
        var relative: [Extent] = []
        relative.reserveCapacity(extents.count)
        for extent in extents {
            var extent = extent
            extent.start -= base
            if extent.kind == .data {
                let frame = UInt32(try frameOfChunk(extent.place))
                let number: UInt32
                if let known = local[extent.place.pack] {
                    number = known
                } else {
                    number = UInt32(order.count)
                    local[extent.place.pack] = number
                    order.append(extent.place.pack)
                    frames.append([])
                }
                if frames[Int(number)].last != frame { frames[Int(number)].append(frame) }
                extent.place.pack = number
            }
            relative.append(extent)
        }
        let references = order.enumerated().map { index, pack in
            PackReference(pack: packs.id(pack), frames: Self.ranges(frames[index]))
        }
        let body = MapPage.encodeBody(of: relative)
        return try store(
            MapPage.encodeLeaf(
                level: level, extents: extents.count, packs: references, plainLength: body.count,
                compressedBody: try compress(body)))
    }

    /// Makes all pages durable; nothing may name them before.
    package func finish() throws(RepositoryError) {
        guard !waiting.isEmpty else { return }
        do {
            for name in try store.ensureAll(waiting) { newBytes += UInt64(sizes[name] ?? 0) }
        } catch { throw RepositoryError(error, object: "A map page") }
        waiting.removeAll(keepingCapacity: true)
        sizes.removeAll(keepingCapacity: true)
        waitingBytes = 0
    }

    /// Stores a page object under its digest, at the latest with `finish`.
    func store(_ page: [UInt8]) throws(RepositoryError) -> (Digest, Int) {
        let digest = SHA256.digest(of: page)
        let name = ObjectName.mapPage(host: host, digest: digest)
        waiting.append((name, page))
        sizes[name] = page.count
        waitingBytes += page.count
        if waitingBytes >= Self.batchBytes { try finish() }
        return (digest, page.count)
    }

    private func compress(_ body: [UInt8]) throws(RepositoryError) -> [UInt8] {
        do {
            return try compressor.compress(body)
        } catch { throw RepositoryError(.inputOutput, "A map page could not be compressed: \(error).") }
    }

    /// Sorted, distinct numbers as ranges that do not touch.
    static func ranges(_ numbers: [UInt32]) -> [Range<UInt32>] {
        var result: [Range<UInt32>] = []
        for number in numbers.sorted() {
            if let last = result.last, number <= last.upperBound {
                if number == last.upperBound { result[result.count - 1] = last.lowerBound..<number + 1 }
            } else {
                result.append(number..<number + 1)
            }
        }
        return result
    }
}
