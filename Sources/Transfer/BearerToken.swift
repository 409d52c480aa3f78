/// A secret that a server knows its client by (RFC 6750). Never shown: `description` hides it.
package struct BearerToken: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable
{
    private let secret: String

    /// Nil for text that cannot stand in a header: empty, or with spaces or other than printable ASCII characters.
    package init?(_ secret: String) {
        guard !secret.isEmpty, secret.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        self.secret = secret
    }

    var header: String { "Authorization: Bearer \(secret)" }

    package var description: String { "(token)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
