import BlockDevices
import FileSystems
import LinuxSystem
import Testing

/// Spoiled structures never trap, and never give ranges that leave the disk.
@Suite(.serialized)
struct FuzzTests {
    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var script: String
        /// Where the structures lie: every change hits one of these.
        var structures: [Range<Int>]
    }

    static let cases = [
        Case(
            testDescription: "LVM",
            script: """
                attach i 0 16; lvm2 pvcreate --metadatasize 64k $loop; lvm2 vgcreate -s 1M vg $loop
                linear -l 3 -n a vg; linear -l 3 -n b vg; lvm2 lvextend -l +3 vg/a; detach
                """, structures: [512..<700, 4096..<4200, 4608..<10000]),
        Case(
            testDescription: "ext4", script: "mke2fs -q -t ext4 -b 1024 i", structures: [1024..<1400, 2048..<4096]),
        Case(
            testDescription: "ext4 without checksums", script: "mke2fs -q -t ext4 -O ^metadata_csum i",
            structures: [1024..<1400, 2048..<4096]),
        Case(testDescription: "FAT16", script: "mkfs.fat -F 16 -s 1 i", structures: [0..<64, 512..<700]),
        Case(testDescription: "swap", script: "mkswap -q i", structures: [1024..<1100, 4086..<4096]),
    ]

    @Test("spoiled structures never trap, and give only ranges inside the disk", arguments: cases)
    func spoiled(_ test: Case) throws {
        let scratch = try Scratch()
        try scratch.run("truncate -s 16M i; (\(test.script)) >&2")
        let sound = try Files.contents(of: scratch.path + "/i", limit: 16 << 20)
        #expect(!free(sound).ranges.isEmpty, "the image must be understood before it is spoiled")
        let seed = UInt64.random(in: 1...(.max))
        var random = Xorshift(state: seed)
        for _ in 0..<150 {
            var bytes = sound
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = test.structures[Int.random(in: 0..<test.structures.count, using: &random)]
                bytes[Int.random(in: place, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if test.testDescription == "LVM" { repairChecksums(&bytes) }
            let space = free(bytes)
            #expect(space.isWellFormed, "seed \(seed)")
            #expect(space.ranges.allSatisfy { $0.upperBound <= UInt64(bytes.count) }, "seed \(seed)")
        }
    }

    private func free(_ bytes: [UInt8]) -> FreeSpace {
        let disk = MemoryDisk(bytes)
        return freeSpace(of: disk, volumes: volumes(of: disk))
    }

    /// Half of the fuzzing of LVM would end at a checksum; so the label and the area's header are made right again.
    private func repairChecksums(_ bytes: inout [UInt8]) {
        func crc(_ range: Range<Int>) -> UInt32 {
            bytes[range].reduce(0xF597_A6CF) { crc, byte in
                (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in crc & 1 == 0 ? crc >> 1 : crc >> 1 ^ 0xEDB8_8320 }
            }
        }
        func store(_ value: UInt32, at offset: Int) {
            for index in 0..<4 { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * UInt32(index))) }
        }
        func number(at offset: Int) -> Int { (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) } }
        let text = 4096 + number(at: 4096 + 40), length = number(at: 4096 + 48)
        if text + length < bytes.count, length > 0 { store(crc(text..<text + length), at: 4096 + 56) }
        store(crc(532..<1024), at: 528)
        store(crc(4100..<4608), at: 4096)
    }
}

/// A small generator that can be replayed from its seed.
struct Xorshift: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}
