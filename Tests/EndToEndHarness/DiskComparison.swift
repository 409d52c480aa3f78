import Foundation

/// The verdict on a restored disk: what differs from the captured one and must not.
package struct DiskComparison: Sendable {
    /// Places in use that do not hold what was captured.
    package private(set) var wrong: [Range<Int>] = []
    /// Places not in use that hold neither zeros nor what was captured: somebody else's old data.
    package private(set) var stale: [Range<Int>] = []
    package private(set) var usedBytes = 0
    package private(set) var unusedBytes = 0

    package var isEqual: Bool { wrong.isEmpty && stale.isEmpty }

    package var summary: String {
        if isEqual {
            return "\(usedBytes) bytes in use are what was captured, byte for byte; "
                + "the other \(unusedBytes) bytes are zero or what was captured"
        }
        let places = { (ranges: [Range<Int>]) in ranges.prefix(8).map { "\($0.lowerBound)–\($0.upperBound)" } }
        return "\(usedBytes) bytes in use compared, \(unusedBytes) not in use; "
            + "wrong at \(places(wrong)) (\(wrong.count)), stale at \(places(stale)) (\(stale.count))"
    }

    /// Compares two disks block by block (512 bytes).
    ///
    /// - Parameter adapted: ranges of the restored disk that the restore's report says it changed on purpose.
    package init(captured: String, restored: String, map: UsedMap, adapted: [Range<Int>]) throws {
        let old = try Data(contentsOf: URL(filePath: captured), options: .alwaysMapped)
        let new = try Data(contentsOf: URL(filePath: restored), options: .alwaysMapped)
        guard new.count >= old.count else {
            throw HarnessError("\(restored) holds \(new.count) bytes, fewer than the \(old.count) of \(captured)")
        }
        let free = map.free + [old.count..<new.count]
        let marks = Set(
            [0, new.count] + (free + adapted).flatMap { [$0.lowerBound, $0.upperBound] }
        ).filter { $0 <= new.count }.sorted()
        for (start, end) in zip(marks, marks.dropFirst()) {
            if adapted.contains(where: { $0.contains(start) }) { continue }
            let isFree = free.contains { $0.contains(start) }
            compare(old, new, start..<end, inUse: !isFree)
        }
    }

    private mutating func compare(_ old: Data, _ new: Data, _ range: Range<Int>, inUse: Bool) {
        let zeros = Data(count: 1 << 20)
        old.withUnsafeBytes { oldBytes in
            new.withUnsafeBytes { newBytes in
                zeros.withUnsafeBytes { zeroBytes in
                    let same = { (part: Range<Int>) in
                        part.upperBound <= oldBytes.count && equal(oldBytes, part.lowerBound, newBytes, part)
                    }
                    let isZero = { (part: Range<Int>) in equal(zeroBytes, 0, newBytes, part) }
                    for part in range.pieces(of: 1 << 20) {
                        if same(part) || (!inUse && isZero(part)) { continue }
                        for block in part.pieces(of: 512) where !same(block) && (inUse || !isZero(block)) {
                            if inUse { wrong.extendOrAppend(block) } else { stale.extendOrAppend(block) }
                        }
                    }
                }
            }
        }
        if inUse { usedBytes += range.count } else { unusedBytes += range.count }
    }
}

/// Whether the bytes of `right` at `part` equal those of `left` from `start` on.
private func equal(
    _ left: UnsafeRawBufferPointer, _ start: Int, _ right: UnsafeRawBufferPointer, _ part: Range<Int>
) -> Bool {
    guard let left = left.baseAddress, let right = right.baseAddress else { return part.isEmpty }
    return memcmp(left + start, right + part.lowerBound, part.count) == 0
}

extension Range<Int> {
    /// The range cut at multiples of `size`.
    fileprivate func pieces(of size: Int) -> [Range<Int>] {
        var pieces: [Range<Int>] = []
        var start = lowerBound
        while start < upperBound {
            let end = Swift.min((start / size + 1) * size, upperBound)
            pieces.append(start..<end)
            start = end
        }
        return pieces
    }
}

extension [Range<Int>] {
    fileprivate mutating func extendOrAppend(_ range: Range<Int>) {
        if let last, last.upperBound == range.lowerBound {
            self[count - 1] = last.lowerBound..<range.upperBound
        } else {
            append(range)
        }
    }
}
