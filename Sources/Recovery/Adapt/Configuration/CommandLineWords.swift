/// The words of a kernel command line that name block devices, wherever the line stands: in a shell variable
/// (`GRUB_CMDLINE_LINUX="root=…"`), a boot entry (`linux /vmlinuz root=… ro`), or a file of its own.
enum CommandLineWords {
    struct Word: Hashable {
        var key: String
        var value: String
        /// Of the value in the line.
        var range: Range<String.Index>
    }

    /// What each names: the root file system, or one that is only used when it is there.
    static let keys: Set<String> = ["root", "real_root", "resume", "real_resume", "mount.usr", "cryptdevice"]

    static func words(of line: String) -> [Word] {
        line.words(separatedAlsoBy: "\"'").compactMap { word in
            var range = word
            // grubenv of RHEL 8 has the whole line in a variable: "kernelopts=root=…".
            if line[range].hasPrefix("kernelopts=") {
                range = line.utf8.index(range.lowerBound, offsetBy: 11)..<range.upperBound
            }
            guard let equals = line.utf8[range].firstIndex(of: UInt8(ascii: "=")) else { return nil }
            let key = String(line[range.lowerBound..<equals])
            guard keys.contains(key) else { return nil }
            var value = line.utf8.index(after: equals)..<range.upperBound
            // cryptdevice=DEVICE:NAME:OPTIONS
            if key == "cryptdevice", let colon = line.utf8[value].firstIndex(of: UInt8(ascii: ":")) {
                value = value.lowerBound..<colon
            }
            return Word(key: key, value: String(line[value]), range: value)
        }
    }

    /// The line with values replaced where `transform` has another.
    static func replacing(in line: String, _ transform: (Word) -> String?) -> String {
        var result = line
        // From the end, so that the places before stay right.
        for word in words(of: line).reversed() {
            guard let value = transform(word) else { continue }
            result.replaceSubrange(word.range, with: value)
        }
        return result
    }
}
