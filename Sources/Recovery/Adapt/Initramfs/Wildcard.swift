/// Patterns of modules.alias: `*`, `?` and `[…]` as in fnmatch(3), over bytes.
enum Wildcard {
    static func matches(_ pattern: [UInt8], _ text: [UInt8]) -> Bool {
        var (p, t) = (0, 0)
        // Where the last star stood, and what it has taken so far: trying again takes one more.
        var star: (pattern: Int, text: Int)?
        while t < text.count {
            if p < pattern.count, pattern[p] == 0x2a {
                star = (p, t)
                p += 1
            } else if p < pattern.count, let width = width(pattern, p, text[t]) {
                p += width
                t += 1
            } else if let last = star {
                star = (last.pattern, last.text + 1)
                p = last.pattern + 1
                t = last.text + 1
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == 0x2a }
    }

    /// Bytes of the pattern that stand for this one byte; nil when they do not.
    private static func width(_ pattern: [UInt8], _ place: Int, _ byte: UInt8) -> Int? {
        switch pattern[place] {
        case 0x3f: return 1
        case 0x5b:
            guard let end = pattern[place...].firstIndex(of: 0x5d) else { return nil }
            let set = pattern[(place + 1)..<end]
            var index = set.startIndex
            while index < set.endIndex {
                let isRange = index + 2 < set.endIndex && set[index + 1] == 0x2d
                let last = isRange ? set[index + 2] : set[index]
                if set[index] <= byte, byte <= last { return end - place + 1 }
                index += isRange ? 3 : 1
            }
            return nil
        default: return pattern[place] == byte ? 1 : nil
        }
    }
}
