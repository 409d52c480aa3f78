/// Tells from what a machine says how its start ends.
package struct DrillWatch: Sendable {
    package enum Finding: Hashable, Sendable {
        case login
        /// A container waits for its passphrase.
        case passphraseWanted
        /// It will not come up; with the words that say so.
        case failure(String)
    }

    /// What no host says that comes up.
    static let signsOfFailure = [
        "Kernel panic", "(initramfs)", "Dropping to a shell!", "You are in emergency mode", "You are in rescue mode",
        "Entering emergency mode", "dracut:/#", "grub rescue>", "error: no such device", "No bootable device",
        "Operating System not found", "BdsDxe: No bootable option", "UEFI Interactive Shell", "Access Denied",
    ]
    private static let passphrasePrompts = ["unlock disk", "enter passphrase for", "Enter passphrase for"]
    private static let kept = 4_096

    /// What a host says that is up: "login:", or what the operator knows better.
    let expected: String
    /// What was said since the last finding.
    private var tail = ""

    package init(expected: String) { self.expected = expected }

    /// Takes what was said next, cut anywhere; answers what comes first in it.
    package mutating func take(_ text: String) -> Finding? {
        tail += text
        var words: [(String, Finding)] = [(expected, .login)]
        words += Self.passphrasePrompts.map { ($0, .passphraseWanted) }
        words += Self.signsOfFailure.map { ($0, .failure($0)) }
        let found = words.compactMap { word, finding in tail.firstRange(of: word).map { ($0, finding) } }
        guard let first = found.min(by: { $0.0.lowerBound < $1.0.lowerBound }) else {
            tail = String(tail.suffix(Self.kept))
            return nil
        }
        tail = String(tail[first.0.upperBound...])
        return first.1
    }

    /// What a whole screen says, read by a machine: letters may be mistaken, and old lines stay on it.
    package func look(at screen: String) -> Finding? {
        let text = Self.legible(screen)
        if text.contains(Self.legible(expected)) { return .login }
        return Self.signsOfFailure.first { text.contains(Self.legible($0)) }.map { .failure($0) }
    }

    /// Characters that look alike in the fonts of consoles become one.
    private static func legible(_ text: String) -> String {
        String(
            text.lowercased().map { character in
                switch character {
                case "1", "i", "|", "!": "l"
                case "0": "o"
                case "5": "s"
                default: character
                }
            })
    }
}
