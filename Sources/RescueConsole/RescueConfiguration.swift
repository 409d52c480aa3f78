internal import Repository

/// What a boot of the rescue image is told: the kernel command line first, then the image's own file.
package struct RescueConfiguration: Hashable, Sendable {
    /// The repository offered first.
    package var repository: String?
    /// The host offered first.
    package var host: String?
    /// "tty1", "ttyS0", "ssh-pts0".
    package var console: String
    /// "full" or "lines", against what fits the console.
    package var terminal: String?
    /// For the repository's server, and how it is known.
    package var token: String?
    package var fingerprint: String?
    /// Where an answer file lies: a URL or a path.
    package var answers: String?
    /// When the image was made, nanoseconds since 1970, UTC.
    package var built: Int64?
    /// How SSH is switched on when the machine starts; nil where it stays off, or where what was asked for is nothing.
    package var remoteAccess: RemoteAccess.Mode?
    /// Whether it is on now.
    package var isRemoteAccessOn = false

    package init(repository: String? = nil, host: String? = nil, console: String = "console") {
        self.repository = repository
        self.host = host
        self.console = console
    }

    /// `kernelCommandLine` is /proc/cmdline, `file` the text of /etc/lifeboat/rescue.conf (`NAME=VALUE` lines, "#" starts a
    /// comment). Of several equal names the last counts; an empty value is none.
    package init(kernelCommandLine: String, file: String, console: String?) {
        let kernel = Self.words(kernelCommandLine)
        let lines = file.split(whereSeparator: \.isNewline).compactMap { Self.pair(String($0)) }
        func value(_ name: String) -> String? {
            let last = kernel.last { $0.name == "lifeboat.\(name)" } ?? lines.last { $0.name == name }
            return last.flatMap { $0.value.isEmpty ? nil : $0.value }
        }
        self.init(repository: value("repository"), host: value("host"), console: console ?? "console")
        terminal = value("terminal")
        token = value("token")
        fingerprint = value("fingerprint")
        answers = value("answers")
        built = value("built").flatMap { Timestamp.parse($0) }
        remoteAccess = value("ssh").flatMap(RemoteAccess.Mode.init)
    }

    /// Whether a terminal that can is drawn in full. What is behind a serial line nobody knows, and its log shall be readable.
    package var drawsInFull: Bool { terminal == "full" || terminal != "lines" && !console.hasPrefix("ttyS") }

    /// A serial line is slower and is kept in logs: half as many lines.
    package var progressIntervalInSeconds: Double { console.hasPrefix("ttyS") ? 2 : 1 }

    /// Words at blanks; blanks inside double quotes belong to a word, as the kernel reads them.
    package static func words(_ line: String) -> [(name: String, value: String)] {
        var words: [String] = [""]
        var isQuoted = false
        for character in line {
            if character == "\"" {
                isQuoted.toggle()
            } else if character.isWhitespace, !isQuoted {
                words.append("")
            } else {
                words[words.count - 1].append(character)
            }
        }
        return words.compactMap(pair)
    }

    private static func pair(_ text: String) -> (name: String, value: String)? {
        let sides = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(trimmed)
        guard sides.count == 2, !sides[0].hasPrefix("#") else { return nil }
        var value = sides[1]
        if value.count >= 2, value.first == "\"", value.last == "\"" { value = String(value.dropFirst().dropLast()) }
        return (sides[0], value)
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
