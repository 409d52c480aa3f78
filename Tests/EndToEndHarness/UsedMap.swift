import Foundation

/// Which bytes of the captured disk are in use, as outside tools tell it: partclone for the file systems that it
/// knows; everything outside a file system counts as used.
package struct UsedMap: Sendable {
    /// Ranges of the disk that are free, in ascending order.
    package let free: [Range<Int>]

    /// Asks partclone about file systems at known places of a raw disk.
    ///
    /// - Parameter fileSystems: the tool ("partclone.extfs", "partclone.fat") and the place of each file system.
    package init(disk: String, fileSystems: [(tool: String, range: Range<Int>)]) throws {
        let directory = try TemporaryDirectory()
        var free: [Range<Int>] = []
        for (tool, range) in fileSystems.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
            let loop = try LoopDevice(disk, range: range)
            let domain = directory.file("domain")
            try Command(tool, "-L", directory.file("log"), "-D", "-s", loop.path, "-O", domain).run()
            let lines = try String(contentsOfFile: domain, encoding: .utf8).split(separator: "\n")
            try FileManager.default.removeItem(atPath: domain)
            let ranges = try lines.compactMap { try Self.freeRange($0) }
            guard !ranges.isEmpty else { throw HarnessError("\(tool) names no free range at \(range) of \(disk)") }
            free += ranges.map { ($0.lowerBound + range.lowerBound)..<($0.upperBound + range.lowerBound) }
        }
        self.free = free
    }

    /// A line "position size ?" of a domain log names a free range; "+" a used one.
    private static func freeRange(_ line: Substring) throws -> Range<Int>? {
        let words = line.split(separator: " ", omittingEmptySubsequences: true)
        guard words.count == 3, words[2] == "?" else { return nil }
        guard let start = Int(words[0].dropFirst(2), radix: 16), let size = Int(words[1].dropFirst(2), radix: 16) else {
            throw HarnessError("partclone wrote a line that is no range: \(line)")
        }
        return start..<start + size
    }
}
