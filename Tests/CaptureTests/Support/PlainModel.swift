import Digests
import RepositoryFormat

/// What a scan must make of a disk (format.md, section 6), the plain way: all bytes at hand, one block after the other.
struct PlainModel: Equatable {
    struct Run: Equatable, CustomStringConvertible {
        var kind: ExtentKind
        /// Bytes.
        var start: Int
        var length: Int
        /// Of a chunk.
        var identity: Digest?

        var description: String { "\(kind) \(start)+\(length)" }
    }

    private(set) var runs: [Run] = []

    init(_ disk: [UInt8], free: [Range<Int>] = [], _ parameters: ChunkerParameters = ChunkerParameters()) {
        let divisor = UInt64(max(1, (parameters.average - parameters.minimum) / parameters.grid))
        var chunk = 0
        func isFree(_ offset: Int) -> Bool { free.contains { $0.contains(offset) } }
        for start in stride(from: 0, to: disk.count, by: parameters.grid) {
            let end = min(start + parameters.grid, disk.count)
            let block = disk[start..<end]
            if isFree(start) || !block.contains(where: { $0 != 0 }) {
                close(chunk, start, disk)
                add(isFree(start) ? .unused : .zero, start, end)
                chunk = end
                continue
            }
            let length = end - chunk
            let hash = Array(block).withUnsafeBytes { blockHash($0) }
            if length >= parameters.maximum || (length >= parameters.minimum && hash % divisor == 0) {
                close(chunk, end, disk)
                chunk = end
            }
        }
        close(chunk, disk.count, disk)
    }

    /// Runs read back from a repository, in order; neighbours that are not data are put together.
    init(runs: [Run]) {
        for run in runs {
            if run.kind == .data { self.runs.append(run) } else { add(run.kind, run.start, run.start + run.length) }
        }
    }

    var dataBytes: Int { runs.filter { $0.kind == .data }.reduce(0) { $0 + $1.length } }
    var distinctBytes: Int {
        var seen: Set<Digest> = []
        return runs.reduce(0) { sum, run in
            guard let identity = run.identity, seen.insert(identity).inserted else { return sum }
            return sum + run.length
        }
    }

    private mutating func close(_ start: Int, _ end: Int, _ disk: [UInt8]) {
        guard end > start else { return }
        runs.append(
            Run(kind: .data, start: start, length: end - start, identity: SHA256.digest(of: Array(disk[start..<end]))))
    }

    private mutating func add(_ kind: ExtentKind, _ start: Int, _ end: Int) {
        if let last = runs.last, last.kind == kind {
            runs[runs.count - 1].length += end - start
        } else {
            runs.append(Run(kind: kind, start: start, length: end - start))
        }
    }
}
