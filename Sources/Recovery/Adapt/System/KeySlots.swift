internal import RepositoryFormat

/// The key slots of a LUKS2 container and what opens them besides a passphrase (the metadata that
/// `cryptsetup luksDump --dump-json-metadata` prints). Pure.
package struct KeySlots: Hashable, Sendable {
    /// All, by their numbers in the header.
    private var all: Set<String>
    /// By number: what each is sealed to.
    private var sealed: [String: String]

    /// nil for what is no such metadata: then nothing is known of the slots.
    package init?(json: [UInt8]) {
        // Only for a warning: metadata that cannot be read takes nothing away from opening the container.
        guard let metadata: Metadata = try? decodeJSON(json, subject: "LUKS2") else { return nil }
        all = Set(metadata.keyslots.keys)
        sealed = [:]
        for token in metadata.tokens.values {
            guard let seal = Self.seal(of: token) else { continue }
            for slot in token.keyslots ?? [] { sealed[slot] = seal }
        }
    }

    /// For people, one sentence or two; nil when nothing is sealed.
    package var warning: String? {
        guard !sealed.isEmpty else { return nil }
        let slots = sealed.sorted { $0.key < $1.key }.map { "key slot \($0.key) is sealed to \($0.value)" }
        let rest =
            all.isSubset(of: sealed.keys)
            ? "There is no other key slot: without what it is sealed to nothing opens it"
            : "Have a passphrase ready, here and at the first start; then enroll this machine anew"
        return "\(slots.joined(separator: ", ")). \(rest)."
    }

    /// Tokens of other types (a recovery key, a FIDO2 stick) go where their owner goes.
    private static func seal(of token: Token) -> String? {
        switch token.type {
        case "systemd-tpm2": "the old machine's TPM"
        case "clevis": "the old machine's TPM or a key server (clevis)"
        default: nil
        }
    }

    private struct Metadata: Decodable {
        var keyslots: [String: Slot]
        var tokens: [String: Token]
    }

    private struct Slot: Decodable {}

    private struct Token: Decodable {
        var type: String
        var keyslots: [String]?
    }
}
