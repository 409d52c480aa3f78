/// The rules of docs/architecture.md ("House rules") that swift-format does not know. Each returns what it objects to.
enum StyleRules {
    /// Talk about a file from here on; `longFiles` lists those that were talked about.
    static let longFile = 400
    /// Split before this.
    static let longestFile = 600

    /// Files beyond `longFile`, with the length they had when that was last accepted. They may only shrink.
    static let longFiles: [String: Int] = [:]

    static func length(
        of path: String, lines: Int, accepted: [String: Int] = longFiles
    ) -> String? {
        let ratchet = accepted[path]
        if lines > longestFile { return "\(path) has \(lines) lines: split it" }
        if lines > ratchet ?? longFile { return "\(path) has \(lines) lines: shorten it, or list it with a reason" }
        if let ratchet, lines < ratchet { return "\(path) has only \(lines) lines now: lower its entry" }
        return nil
    }

    /// Code that gives up a check of the compiler or an error must say why, on its line or in the three above it
    /// (nothing blank between).
    static func unexplained(in file: Tree.File) -> [String] {
        let lines = SourceLines(file.text).lines
        return lines.indices.compactMap { index in
            let line = lines[index]
            // A type may be called "Entry?".
            let code = line.code.replacing(/\wtry\?/, with: "")
            guard let thing = ["try?", "@unchecked Sendable", "nonisolated(unsafe)"].first(where: code.contains),
                line.comment.isEmpty
            else { return nil }
            let above = lines[max(0, index - 3)..<index].reversed().prefix { !$0.isBlank }
            guard !above.contains(where: \.isOnlyComment) else { return nil }
            return "\(file.path):\(line.number): \(thing) without a comment that says why"
        }
    }

    /// `try!` in Sources; the lint rules look for it too, but know a way to switch them off.
    static func forced(in file: Tree.File) -> [String] {
        SourceLines(file.text).compactMap { line in
            let isForced = line.code.contains("try!") || line.comment.contains("swift-format-ignore")
            return isForced ? "\(file.path):\(line.number): \(line.code)\(line.comment)" : nil
        }
    }

    /// Names that only a room which knows a terminal may use.
    static let terminalNames: Set<String> = [
        "print", "debugPrint", "readLine", "isatty", "tcgetattr", "tcsetattr", "STDIN_FILENO", "STDOUT_FILENO",
        "STDERR_FILENO", "TIOCGWINSZ",
    ]
    static let roomsWithATerminal: Set<String> = ["RescueConsole", "lifeboat", "lifeboat-rescue"]

    static func terminal(in file: Tree.File) -> [String] {
        guard !roomsWithATerminal.contains(file.room) else { return [] }
        return SourceLines(file.text).compactMap { line in
            let words = line.code.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == ".") }
            let name = words.first { terminalNames.contains(String($0)) }
            return name.map { "\(file.path):\(line.number): \($0) belongs to a room that knows a terminal" }
        }
    }

    /// A script says at its top what it is for, and can be run when it has a shebang. Nil for files that are no scripts.
    static func script(_ path: String, _ text: String, isExecutable: Bool) -> String? {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
        let hasShebang = lines.first?.hasPrefix("#!") == true
        let isDirective = lines.first?.hasPrefix("# shellcheck") == true
        guard hasShebang || isExecutable || isDirective || path.hasSuffix(".sh") else { return nil }
        if hasShebang != isExecutable { return "\(path): has a shebang or is executable, but not both" }
        if hasShebang { lines.removeFirst() }
        while lines.first?.hasPrefix("# shellcheck") == true { lines.removeFirst() }
        guard let first = lines.first, first.hasPrefix("# "), first.count > 20 else {
            return "\(path): does not say at its top what it is for"
        }
        return nil
    }
}
