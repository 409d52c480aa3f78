internal import Repository

/// Which files of a rescue session are worth keeping, and how they are kept: what is copied to a USB disk may be sent to anybody.
package enum SavedLogs {
    /// Of the names in /run/lifeboat.
    package static func includes(_ name: String) -> Bool {
        !name.hasPrefix(".") && [".log", ".txt", ".json"].contains { name.hasSuffix($0) }
    }

    /// "lifeboat-20261127-180000-web01": sorted by time, and a name on every file system.
    package static func directoryName(host: String?, time: Int64) -> String {
        let digits = Timestamp.text(ofNanoseconds: time).filter(\.isNumber)
        let name = (host ?? "machine").map { character in
            character.isASCII && (character.isLetter || character.isNumber || "._-".contains(character))
                ? character : "_"
        }
        return "lifeboat-\(digits.prefix(8))-\(digits.dropFirst(8))-\(String(name.prefix(64)))"
    }

    /// The text without tokens of the kernel command line and without the passwords of addresses.
    package static func redacted(_ text: String) -> String {
        var kept = ""
        var rest = text[...]
        while let (end, secret) = nextSecret(in: rest) {
            kept += rest[..<end] + "(hidden)"
            rest = rest[secret...]
        }
        return kept + rest
    }

    /// Where the next secret begins, and where it is over.
    private static func nextSecret(in text: Substring) -> (start: Substring.Index, end: Substring.Index)? {
        for place in text.utf8.indices where text.utf8[place] == 0x3a || text.utf8[place] == 0x6c {
            let rest = text[place...]
            if rest.hasPrefix("lifeboat.token=") {
                let start = rest.index(place, offsetBy: 15)
                return (start, rest[start...].firstIndex { $0.isWhitespace } ?? rest.endIndex)
            }
            if rest.hasPrefix("://") {
                let start = rest.index(place, offsetBy: 3)
                let end = rest[start...].firstIndex { $0.isWhitespace || "/\"'".contains($0) } ?? rest.endIndex
                if let at = rest[start..<end].lastIndex(of: "@") {
                    return (start, at)
                }
            }
        }
        return nil
    }
}
