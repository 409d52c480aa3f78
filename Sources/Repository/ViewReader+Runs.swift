package import RepositoryFormat

extension ViewReader {
    /// Neighbouring bytes of a disk that are all data, or all read as zeros.
    package struct Run: Hashable, Sendable {
        package var range: Range<UInt64>
        package var isZero: Bool
    }

    /// Extents that are looked at for one answer: about 1 GiB of a scanned disk.
    private static let mostExtents = 16_384

    /// Where data and zeros lie from the start of `range` on: at least one run, at most `most` (0: no limit), in order and
    /// without gaps. May end early; whoever wants the rest asks again. Content that is not known counts as data, so that
    /// reading it says so. Throws as `read` does.
    package func runs(
        of disk: DiskRecord, in range: Range<UInt64>, most: Int = 0
    ) throws(RepositoryError) -> [Run] {
        precondition(!range.isEmpty && range.upperBound <= disk.sizeInBytes, "bytes \(range) of disk \(disk.number)")
        var collector = Collector(range: range, most: most)
        do {
            // The first window is in the cache, or will be wanted there.
            let window = try window(of: disk, at: range.lowerBound)
            for extent in window.extents[window.index(ofSector: range.lowerBound / 512)...] {
                try collector.add(extent)
            }
            let next = window.extents.last?.end ?? 0
            let end = (range.upperBound + 511) / 512
            if next < end { try view.extents(of: disk, in: next..<end) { try collector.add($0) } }
        } catch is Collector.IsFull {
        } catch {
            let error = error as? RepositoryError ?? RepositoryError(.inputOutput, "\(error)")
            throw RepositoryError(error.code, "\(cannotRead(disk, range)): \(error.message)", cause: error.cause)
        }
        return collector.runs
    }

    private struct Collector {
        struct IsFull: Error {}

        let range: Range<UInt64>
        let most: Int
        var runs: [Run] = []
        private var extents = 0

        init(range: Range<UInt64>, most: Int) {
            self.range = range
            self.most = most
        }

        mutating func add(_ extent: Extent) throws {
            let part = (extent.start * 512..<extent.end * 512).clamped(to: range)
            guard !part.isEmpty else { return }
            let isZero = extent.kind == .zero || extent.kind == .unused
            if let last = runs.last, last.isZero == isZero {
                runs[runs.count - 1].range = last.range.lowerBound..<part.upperBound
            } else {
                guard most == 0 || runs.count < most else { throw IsFull() }
                runs.append(Run(range: part, isZero: isZero))
            }
            extents += 1
            guard extents < ViewReader.mostExtents else { throw IsFull() }
        }
    }
}
