/// One line of crypttab(5), with the place of the device.
struct CrypttabLine {
    var name: String
    var device: String
    var deviceRange: Range<String.Index>
    var key: String
    var options: [Substring]

    init?(_ line: String) {
        let words = line.words()
        guard words.count > 1, !line[words[0]].hasPrefix("#") else { return nil }
        name = String(line[words[0]])
        device = String(line[words[1]])
        deviceRange = words[1]
        key = words.count > 2 ? String(line[words[2]]) : "none"
        options = words.count > 3 ? line[words[3]].split(separator: ",") : []
    }

    /// Whether each start makes it anew with a random key: whatever device the line names loses its content.
    var destroysContent: Bool {
        ["/dev/urandom", "/dev/random", "/dev/hw_random"].contains(key)
            || options.contains { $0 == "swap" || $0 == "tmp" || $0.hasPrefix("tmp=") }
    }

    /// What the device holds: a container with a header, or nothing that could be told.
    var expectedType: String {
        let isPlain = destroysContent || options.contains { $0 == "plain" || $0 == "tcrypt" || $0 == "bitlk" }
        return isPlain ? "" : "crypto_LUKS"
    }
}
