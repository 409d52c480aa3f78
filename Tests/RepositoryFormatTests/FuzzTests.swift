import Digests
import RepositoryFormat
import Testing

/// Random damage under a seed. A failure prints the seed of its round: put it into `seeds` to run it again.
@Suite("Fuzzed decoders")
struct FuzzTests {
    static let seeds: [UInt64] = [1, 20_261_122, 0xdead_beef]
    private static let rounds = 1_500

    @Test("never trap and never read beyond the bytes", arguments: Decoder.binary + Decoder.json, seeds)
    func damage(decoder: Decoder, seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for round in 0..<Self.rounds {
            var bytes = decoder.sample
            for _ in 0..<Int.random(in: 1...4, using: &generator) { Self.damage(&bytes, &generator) }
            if Bool.random(using: &generator) { Self.repairHeader(&bytes, like: decoder.sample) }
            do {
                // What decodes must encode too: no value may be in there that its own encoder cannot bear.
                _ = try decoder.decode(bytes)
            } catch is FormatError {
            } catch { Issue.record("seed \(seed), round \(round), \(decoder.name): \(error)") }
        }
    }

    private static func damage(_ bytes: inout [UInt8], _ generator: inout SeededGenerator) {
        guard !bytes.isEmpty else { return }
        let start = Int.random(in: 0..<bytes.count, using: &generator)
        let end = min(bytes.count, start + Int.random(in: 1...9, using: &generator))
        switch Int.random(in: 0..<7, using: &generator) {
        case 0: bytes[start] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.replaceSubrange(start..<end, with: [UInt8](repeating: 0xff, count: end - start))
        case 2: bytes.replaceSubrange(start..<end, with: [UInt8](repeating: 0, count: end - start))
        case 3: bytes.removeSubrange(start..<end)
        case 4: bytes.insert(contentsOf: generator.bytes(end - start), at: start)
        case 5: bytes.replaceSubrange(start..<end, with: [UInt8](repeating: 0x80, count: end - start))
        default: bytes.insert(contentsOf: bytes[start..<end], at: end)
        }
    }

    /// Most damage would end at the header; with a right one it reaches what lies behind.
    private static func repairHeader(_ bytes: inout [UInt8], like sample: [UInt8]) {
        guard bytes.count >= ObjectHeader.byteCount, sample[0] == 0x89 else { return }
        bytes.replaceSubrange(0..<ObjectHeader.byteCount, with: sample.prefix(ObjectHeader.byteCount))
        withUnsafeBytes(of: UInt64(bytes.count).littleEndian) { bytes.replaceSubrange(24..<32, with: $0) }
    }

    @Test("survive leaf bodies of nothing but random bytes", arguments: seeds)
    func bodies(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for round in 0..<Self.rounds {
            let count = Int.random(in: 1...40, using: &generator)
            let body = (0..<count).map { _ in
                // Small numbers are the likely ones to be accepted.
                UInt8(truncatingIfNeeded: generator.next() & (Bool.random(using: &generator) ? 0x1f : 0xff))
            }
            let extents = Int.random(in: 0...6, using: &generator)
            let page = MapPage.encodeLeaf(
                level: 0, extents: extents, packs: Samples.packs, plainLength: body.count, compressedBody: body)
            let sectors = UInt64.random(in: 0...200, using: &generator)
            guard case .leaf(_, _, let found)? = try? Samples.decodeLeaf(page, sectors: sectors) else { continue }
            let covered = found.reduce(0) { $0 + $1.length }
            #expect(covered == sectors && found.count == extents, "seed \(seed), round \(round)")
        }
    }
}
