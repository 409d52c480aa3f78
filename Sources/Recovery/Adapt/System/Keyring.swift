/// The passphrases of the LUKS containers of one adaptation, in memory only.
///
/// The disks are opened several times for it; each container is asked about once, and what opened one is tried on the others
/// first. One thread at a time.
package final class Keyring: CustomStringConvertible {
    /// What came of trying a passphrase.
    package enum Attempt { case opened, wrong, impossible }

    /// Asked for a passphrase; `isRepeated` when the last one was wrong. nil leaves the container closed.
    package typealias Ask = (_ container: LockedContainer, _ isRepeated: Bool) throws(RecoveryError) -> [UInt8]?

    private var known: [[UInt8]]
    private var leftClosed: Set<String> = []
    private let ask: Ask

    /// `known` are tried on every container before anybody is asked.
    package init(_ known: [[UInt8]] = [], ask: @escaping Ask = { _, _ in nil }) {
        self.known = known
        self.ask = ask
    }

    /// Says nothing of what it holds.
    package var description: String { "a keyring" }

    /// Tries until `attempt` opens the container, or cannot be made at all, or no passphrase is left to try. Throws only what
    /// asking throws.
    package func open(
        _ container: LockedContainer, _ attempt: ([UInt8]) -> Attempt
    ) throws(RecoveryError) -> Attempt {
        for phrase in known {
            let result = attempt(phrase)
            if result != .wrong { return result }
        }
        var isRepeated = false
        while !leftClosed.contains(container.uuid), let phrase = try ask(container, isRepeated) {
            let result = attempt(phrase)
            if result == .opened { known.append(phrase) }
            if result != .wrong { return result }
            isRepeated = true
        }
        leftClosed.insert(container.uuid)
        return .wrong
    }
}
