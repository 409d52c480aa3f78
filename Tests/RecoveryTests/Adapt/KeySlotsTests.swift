import Recovery
import Testing

@Suite("Key slots of a LUKS2 container")
struct KeySlotsTests {
    /// As cryptsetup 2.6 prints it, with what is not read left out.
    private static func json(slots: [String], tokens: String) -> [UInt8] {
        let all = slots.map {
            """
            "\($0)":{"type":"luks2","key_size":64,"af":{"type":"luks1","stripes":4000,"hash":"sha256"},"kdf":{"type":"argon2id"}}
            """
        }
        return Array(
            #"{"keyslots":{\#(all.joined(separator: ","))},"tokens":{\#(tokens)},"segments":{},"digests":{},"config":{}}"#
                .utf8)
    }

    private static let tpm =
        #""0":{"type":"systemd-tpm2","keyslots":["1"],"tpm2-blob":"AAAA","tpm2-pcrs":[7],"tpm2-primary-alg":"ecc"}"#
    private static let clevis = #""1":{"type":"clevis","keyslots":["2"],"jwe":{"ciphertext":"","protected":"eyJ"}}"#

    @Test("slots that are sealed to the old machine are warned of, with what to have ready")
    func sealed() throws {
        let both = try #require(
            KeySlots(json: Self.json(slots: ["0", "1", "2"], tokens: "\(Self.tpm),\(Self.clevis)")))
        let warning = try #require(both.warning)
        #expect(warning.contains("key slot 1 is sealed to the old machine's TPM"))
        #expect(warning.contains("key slot 2 is sealed to the old machine's TPM or a key server (clevis)"))
        #expect(warning.contains("Have a passphrase ready"))
    }

    @Test("a container without any other key slot says that nothing else opens it")
    func only() throws {
        let slots = try #require(KeySlots(json: Self.json(slots: ["1"], tokens: Self.tpm)))
        #expect(slots.warning?.contains("There is no other key slot") == true)
    }

    @Test(
        "passphrases, recovery keys and keys on a stick are not warned of",
        arguments: [
            "", #""0":{"type":"systemd-recovery","keyslots":["0"]}"#, #""0":{"type":"systemd-fido2","keyslots":["0"]}"#,
            #""0":{"type":"luks2-keyring","keyslots":["0"],"key_description":"x"}"#,
        ])
    func plain(tokens: String) throws {
        let slots = try #require(KeySlots(json: Self.json(slots: ["0"], tokens: tokens)))
        #expect(slots.warning == nil)
    }

    @Test("what is no such metadata tells nothing", arguments: ["", "{}", "[]", "{\"keyslots\":1}", "\u{0}"])
    func foreign(text: String) { #expect(KeySlots(json: Array(text.utf8)) == nil) }
}
