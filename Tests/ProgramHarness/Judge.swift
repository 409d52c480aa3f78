/// Says whether a restored disk is what it must be: the captured bytes wherever they were used, zeros elsewhere.
package enum Judge {
    /// What is wrong with `restored`; empty when nothing is.
    ///
    /// `free` are the ranges that an outside tool calls free: whole blocks of 4096 bytes of them must be zero. `adapted`
    /// are those that the restore's report lists; they may be nothing but the parts of a GPT that follow a disk's size.
    package static func complaints(
        captured: [UInt8], restored: [UInt8], free: [Range<Int>] = [], adapted: [Range<Int>] = []
    ) -> [String] {
        guard restored.count >= captured.count else { return ["\(restored.count) bytes instead of \(captured.count)"] }
        var expected = captured + [UInt8](repeating: 0, count: restored.count - captured.count)
        for range in merged(free) {
            let whole =
                (range.lowerBound + 4095) & ~4095..<max((range.lowerBound + 4095) & ~4095, range.upperBound & ~4095)
            expected.replaceSubrange(whole, with: repeatElement(0, count: whole.count))
        }
        var complaints: [String] = []
        let allowed = adaptable(captured.count, restored.count)
        for range in adapted {
            guard allowed.contains(where: { $0.lowerBound <= range.lowerBound && range.upperBound <= $0.upperBound })
            else {
                complaints.append("bytes \(range) are listed as adapted and may not be")
                continue
            }
            expected.replaceSubrange(range, with: restored[range])
        }
        complaints += differences(expected, restored)
        return complaints
    }

    /// Neighbours as one: a block may be half in one block group and half in the next.
    private static func merged(_ ranges: [Range<Int>]) -> [Range<Int>] {
        ranges.sorted { $0.lowerBound < $1.lowerBound }.reduce(into: []) { merged, range in
            if let last = merged.last, range.lowerBound <= last.upperBound {
                merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
    }

    /// Protective MBR, header, and the backup's old and new place, when the disk is larger.
    private static func adaptable(_ old: Int, _ new: Int) -> [Range<Int>] {
        guard new > old else { return [] }
        return [446..<512, 512..<1024, max(0, old - 33 * 512)..<old, new - 33 * 512..<new]
    }

    private static func differences(_ expected: [UInt8], _ found: [UInt8]) -> [String] {
        guard expected != found else { return [] }
        let blocks = stride(from: 0, to: expected.count, by: 512).filter { start in
            let end = min(start + 512, expected.count)
            return expected[start..<end] != found[start..<end]
        }
        let places = blocks.prefix(6).map { start in
            let offset = (start..<min(start + 512, expected.count)).first { expected[$0] != found[$0] } ?? start
            return "byte \(offset): \(found[offset]) instead of \(expected[offset])"
        }
        return ["\(blocks.count) sectors differ; \(places.joined(separator: "; "))"]
    }

    /// The ranges that a restore's `--json` report lists as adapted for a disk.
    package static func adapted(_ report: JSON, disk: Int = 0) -> [Range<Int>] {
        report["adapted"].list.filter { $0["disk"].int == disk }.compactMap { range in
            guard let offset = range["offset"].int, let length = range["length"].int else { return nil }
            return offset..<offset + length
        }
    }
}
