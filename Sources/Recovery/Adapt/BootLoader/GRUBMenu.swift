/// The entries of a grub.cfg as grub-mkconfig and people write it: line by line, without running its conditions.
package struct GRUBMenu: Hashable, Sendable {
    package var entries: [MenuEntry] = []
    /// It lets the command blscfg make entries, which only the GRUBs of Fedora and its relatives have.
    package var usesBLS = false
    private var defaults: [String] = []

    package init(_ text: String) {
        var open: [MenuEntry?] = []
        for line in text.split(whereSeparator: \.isNewline) {
            let words = Self.words(line)
            guard let command = words.first else { continue }
            switch command {
            case "menuentry" where words.last == "{", "submenu" where words.last == "{":
                let id = words.firstIndex { $0 == "$menuentry_id_option" || $0 == "--id" }
                open.append(MenuEntry(title: words.dropFirst().first ?? "", identifier: id.map { words[$0 + 1] }))
            case "}": if let last = open.popLast(), let entry = last { close(entry, &open) }
            case "linux", "linuxefi", "linux16":
                if words.count > 1 {
                    Self.change(&open) {
                        $0.kernels.append(words[1])
                        $0.arguments = Array(words.dropFirst(2))
                    }
                }
            case "multiboot", "multiboot2":
                if words.count > 1 { Self.change(&open) { $0.kernels.append(words[1]) } }
            case "module", "module2":
                let files = words.dropFirst().filter { $0 != "--nounzip" }
                Self.change(&open) { $0.initramfs += files.prefix(1) }
            case "initrd", "initrdefi", "initrd16":
                Self.change(&open) { $0.initramfs += words.dropFirst() }
            case "blscfg": usesBLS = true
            case "set" where words.count > 1 && words[1].hasPrefix("default="):
                defaults.append(String(words[1].dropFirst("default=".utf8.count)))
            default: if words.last == "{" { open.append(nil) }
            }
        }
    }

    private mutating func close(_ entry: MenuEntry, _ open: inout [MenuEntry?]) {
        if let parent = open.lastIndex(where: { $0 != nil }) {
            open[parent]?.children.append(entry)
        } else {
            entries.append(entry)
        }
    }

    private static func change(_ open: inout [MenuEntry?], _ body: (inout MenuEntry) -> Void) {
        guard let index = open.lastIndex(where: { $0 != nil }), var entry = open[index] else { return }
        body(&entry)
        open[index] = entry
    }

    /// The entry that starts by itself. `environment` is grubenv, for menus that remember the last choice. The first one
    /// when the default is unknown, as GRUB does it.
    package func defaultEntry(environment: String?) -> MenuEntry? {
        let saved = Self.variables(environment)
        let choices: [String] = defaults.map { $0.contains("saved_entry") ? saved["saved_entry"] ?? "" : $0 }
        let choice = choices.last(where: { !$0.isEmpty && !$0.contains("$") }) ?? "0"
        var level = entries
        var found: MenuEntry?
        for part in choice.split(separator: ">").map(String.init) {
            var next = level.first { $0.identifier == part || $0.title == part }
            if next == nil, let number = Int(part), level.indices.contains(number) { next = level[number] }
            found = next ?? level.first
            level = found?.children ?? []
        }
        return found?.leaves.first ?? entries.first?.leaves.first
    }

    /// What grubenv holds: "kernelopts=root=UUID=… ro".
    static func variables(_ environment: String?) -> [String: String] {
        var values: [String: String] = [:]
        for line in (environment ?? "").split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1).map(String.init)
            if parts.count == 2 { values[parts[0]] = parts[1] }
        }
        return values
    }

    /// Words of a line: quotes hold blanks together and are taken off, "#" begins a comment.
    private static func words(_ line: Substring) -> [String] {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var isEscaped = false
        for character in line {
            if isEscaped {
                word = (word ?? "") + String(character)
                isEscaped = false
            } else if character == "\\", quote != "'" {
                isEscaped = true
            } else if character == quote {
                quote = nil
            } else if quote == nil, character == "'" || character == "\"" {
                quote = character
                word = word ?? ""
            } else if quote == nil, character.isWhitespace {
                if let whole = word { words.append(whole) }
                word = nil
            } else if quote == nil, character == "#", word == nil {
                break
            } else {
                word = (word ?? "") + String(character)
            }
        }
        if let word { words.append(word) }
        return words
    }
}
