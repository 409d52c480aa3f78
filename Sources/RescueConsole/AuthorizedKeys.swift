/// The public keys that an image was built with (`authorized_keys`, sshd(8)).
package struct AuthorizedKeys: Hashable, Sendable {
    package struct Key: Hashable, Sendable {
        package var type: String
        package var base64: String
        /// The comment; the type where there is none.
        package var name: String
    }

    /// What dropbear knows.
    private static let types: Set<String> = [
        "ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521",
        "sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com",
    ]

    package var keys: [Key] = []
    /// Lines that say something else, options of OpenSSH for example: no key of them is let in.
    package var refused: [String] = []

    package init(_ text: String) {
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            guard words.count >= 2, Self.types.contains(first) else {
                refused.append(String(line))
                continue
            }
            let comment = words.dropFirst(2).joined(separator: " ")
            keys.append(Key(type: first, base64: words[1], name: comment.isEmpty ? first : comment))
        }
    }

    /// For dropbear: nothing but a terminal for any of them.
    package var text: String {
        keys.map { "no-port-forwarding,no-agent-forwarding,no-X11-forwarding \($0.type) \($0.base64)\n" }.joined()
    }
}
