import Digests
import RepositoryFormat
import Testing

/// What decoders make of bytes that are not what was written. Digests stand above them; this is what holds without.
@Suite("Damaged bytes")
struct DamageTests {
    @Test("are not needed: every sample decodes and encodes to itself", arguments: Decoder.binary + Decoder.json)
    func roundTrip(decoder: Decoder) throws {
        #expect(try decoder.decode(decoder.sample) == decoder.sample)
    }

    @Test("cut off anywhere are refused as cut off", arguments: Decoder.binary)
    func truncation(decoder: Decoder) {
        for length in 0..<decoder.sample.count {
            let error = #expect(throws: FormatError.self, "\(length) bytes") {
                try decoder.decode(Array(decoder.sample.prefix(length)))
            }
            #expect(error?.code == .wrongLength, "\(length) bytes: \(error?.message ?? "")")
        }
    }

    @Test("with something behind the end are refused", arguments: Decoder.binary)
    func trailing(decoder: Decoder) {
        for more in [[0], [0, 0, 0, 0], [UInt8](repeating: 0xff, count: 56)] {
            #expect(throws: FormatError.self) { try decoder.decode(decoder.sample + more) }
        }
    }

    @Test(
        "with any one flipped bit are refused, or give another value: none is overlooked",
        arguments: Decoder.binary)
    func flips(decoder: Decoder) throws {
        var refused = 0
        for bit in 0..<decoder.sample.count * 8 {
            var bytes = decoder.sample
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            do {
                let again = try decoder.decode(bytes)
                // Features that may be ignored, and flags of known sections, are the only bits a value does not keep.
                if again == decoder.sample, !Self.mayBeIgnored(bit / 8, in: decoder) {
                    Issue.record("bit \(bit) of a \(decoder.name) is overlooked")
                }
            } catch is FormatError { refused += 1 }
        }
        #expect(refused > 200, "header and lengths are always refused")
    }

    private static func mayBeIgnored(_ byte: Int, in decoder: Decoder) -> Bool {
        // May-ignore features of the header; must-understand flags of sections.
        (16..<20).contains(byte) || decoder.sectionFlags.contains(byte)
    }

    @Test("of JSON objects, cut off or flipped, never end the process", arguments: Decoder.json)
    func json(decoder: Decoder) {
        for length in 0..<decoder.sample.count - 2 {
            #expect(throws: FormatError.self) { try decoder.decode(Array(decoder.sample.prefix(length))) }
        }
        for bit in 0..<decoder.sample.count * 8 {
            var bytes = decoder.sample
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            do { _ = try decoder.decode(bytes) } catch is FormatError {} catch { Issue.record("bit \(bit): \(error)") }
        }
    }
}
