/// A password that a person reads from one screen and types at another: three groups of four, without signs that look
/// alike. 31 signs to the power of 12: 59 bits.
package struct OneTimePassword: Hashable, Sendable {
    static let alphabet = Array("abcdefghjkmnpqrstuvwxyz23456789")

    package let text: String

    /// The image gives `SystemRandomNumberGenerator` (`getrandom(2)`).
    package init(using generator: inout some RandomNumberGenerator) {
        var groups: [String] = []
        for _ in 0..<3 {
            // Every index has the same chance: `Int.random` rejects what would favour some.
            groups.append(
                String((0..<4).map { _ in Self.alphabet[Int.random(in: Self.alphabet.indices, using: &generator)] }))
        }
        text = groups.joined(separator: "-")
    }
}
