/// What outside tools call free, in bytes of the image they look at.
package enum FreeSpace {
    /// dumpe2fs, of a file system at `offset` of an image.
    package static func ext(_ image: String, at offset: Int = 0, in scratch: Scratch) throws -> [Range<Int>] {
        let text = try scratch.sh("dumpe2fs '\(image)?offset=\(offset)' 2>/dev/null")
        var size = 0
        var ranges: [Range<Int>] = []
        for line in text.split(separator: "\n") {
            let words = line.split { $0 == " " || $0 == "," }
            if line.hasPrefix("Block size:") { size = words.last.flatMap { Int($0) } ?? 0 }
            guard line.hasPrefix("  Free blocks: ") else { continue }
            for word in words.dropFirst(2) {
                let ends = word.split(separator: "-").compactMap { Int($0) }
                guard let first = ends.first, let last = ends.last else { continue }
                ranges.append(offset + first * size..<offset + (last + 1) * size)
            }
        }
        guard !ranges.isEmpty else { throw HarnessError("dumpe2fs names no free block of \(image)") }
        return ranges
    }

    /// partclone ("xfs", "ntfs", "fat") of an image that is all one file system.
    package static func partclone(_ type: String, _ image: String, in scratch: Scratch) throws -> [Range<Int>] {
        let text = try scratch.sh(
            "partclone.\(type) -L .log -D -s '\(image)' -O .domain > .said 2>&1; cat .domain; rm .domain")
        let ranges = text.split(separator: "\n").compactMap { line -> Range<Int>? in
            let words = line.split(separator: " ")
            guard words.count == 3, words[2] == "?", let start = Int(words[0].dropFirst(2), radix: 16),
                let count = Int(words[1].dropFirst(2), radix: 16)
            else { return nil }
            return start..<start + count
        }
        guard !ranges.isEmpty else { throw HarnessError("partclone names no free range of \(image):\n\(text)") }
        return ranges
    }
}
