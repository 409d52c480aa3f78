/// Entries after the Boot Loader Specification (type 1), as systemd-boot and the GRUB of Fedora read them.
package enum LoaderEntries {
    /// "title Debian", "linux /ID/6.1.0/linux", "initrd …", "options …".
    package static func entry(_ text: String, name: String) -> MenuEntry {
        var entry = MenuEntry(title: name, identifier: name)
        for line in text.split(whereSeparator: \.isNewline) {
            let parts = line.split(maxSplits: 1, whereSeparator: { $0 == " " || $0 == "\t" })
            guard parts.count == 2, parts[0].first != "#" else { continue }
            let value = parts[1].trimming(while: \.isWhitespace)
            switch parts[0] {
            case "title": entry.title = value
            case "linux", "efi": entry.kernels.append(value)
            case "options": entry.arguments = (entry.arguments ?? []) + value.split(separator: " ").map(String.init)
            case "initrd": entry.initramfs += value.split(separator: " ").map(String.init)
            default: break
            }
        }
        return entry
    }

    /// The default of a loader.conf: a name or a pattern with "*"; without one, the name that sorts last as versions do.
    package static func defaultName(_ names: [String], configuration: String?) -> String? {
        let sorted = names.sorted { isOlder($0, $1) }
        for line in (configuration ?? "").split(whereSeparator: \.isNewline) {
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
            guard words.count == 2, words[0] == "default" else { continue }
            let pattern = words[1].hasSuffix(".conf") || words[1].hasSuffix("*") ? words[1] : words[1] + ".conf"
            if let found = sorted.last(where: { matches($0[...], pattern) }) { return found }
        }
        return sorted.last
    }

    private static func matches(_ name: Substring, _ pattern: Substring) -> Bool {
        guard let star = pattern.firstIndex(of: "*") else { return name == pattern }
        guard name.hasPrefix(pattern[..<star]) else { return false }
        let rest = pattern[pattern.index(after: star)...]
        let tail = name.dropFirst(pattern[..<star].count)
        return tail.indices.contains { matches(tail[$0...], rest) } || matches("", rest)
    }

    /// Numbers in names by value: "…-6.9" is older than "…-6.10".
    private static func isOlder(_ one: String, _ other: String) -> Bool {
        let (a, b) = (parts(one), parts(other))
        for (left, right) in zip(a, b) where left != right {
            if let left = Int(left), let right = Int(right) { return left < right }
            return left < right
        }
        return a.count < b.count
    }

    private static func parts(_ name: String) -> [String] {
        var parts: [String] = []
        for character in name {
            if let last = parts.last?.last, last.isNumber == character.isNumber {
                parts[parts.count - 1].append(character)
            } else {
                parts.append(String(character))
            }
        }
        return parts
    }
}

extension Substring {
    func trimming(while isDropped: (Character) -> Bool) -> String {
        var rest = drop(while: isDropped)
        while let last = rest.last, isDropped(last) { rest.removeLast() }
        return String(rest)
    }
}
