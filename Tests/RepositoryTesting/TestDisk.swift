package import Digests
internal import Glibc

/// What a disk of a test holds: the model that every reader is compared with.
package struct TestDisk: Equatable {
    package static let block = 4_096
    private static let zeros = [UInt8](repeating: 0, count: block)
    /// A multiple of 4096 bytes, or of 512 at the end of the disk.
    package var bytes: [UInt8]
    /// Numbers of blocks whose content does not matter and reads as zeros.
    package var unused: Set<Int> = []

    package init(bytes: [UInt8]) { self.bytes = bytes }

    /// What a restore gives: zeros where the space is unused.
    package var restored: [UInt8] {
        var result = bytes
        for number in unused {
            let range = number * Self.block..<min((number + 1) * Self.block, bytes.count)
            result.replaceSubrange(range, with: Self.zeros.prefix(range.count))
        }
        return result
    }

    package func isZero(_ range: Range<Int>) -> Bool {
        bytes.withUnsafeBytes { all in
            let part = UnsafeRawBufferPointer(rebasing: all[range])
            guard let base = part.baseAddress else { return true }
            return Self.zeros.withUnsafeBytes { zeros in
                zeros.baseAddress.map { memcmp(base, $0, part.count) == 0 } ?? false
            }
        }
    }

    package var digest: Digest { SHA256.digest(of: restored) }

    /// Blocks of random, of text-like, of zero and of unused content in runs.
    package static func random(blocks: Int, _ generator: inout SeededGenerator) -> TestDisk {
        var disk = TestDisk(bytes: [])
        while disk.bytes.count < blocks * block {
            let run = min(Int.random(in: 1...24, using: &generator), blocks - disk.bytes.count / block)
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: disk.bytes += [UInt8](repeating: 0, count: run * block)
            case 1:
                let first = disk.bytes.count / block
                disk.unused.formUnion(first..<first + run)
                disk.bytes += generator.bytes(run * block)
            case 2: disk.bytes += (0..<run * block).map { UInt8(32 + ($0 / 7 + run) % 64) }
            default: disk.bytes += generator.bytes(run * block)
            }
        }
        return disk
    }

    /// Overwrites some blocks; the rest stays, for captures that find most of a disk unchanged.
    package mutating func change(blocks count: Int, _ generator: inout SeededGenerator) {
        for _ in 0..<count {
            let number = Int.random(in: 0..<bytes.count / Self.block, using: &generator)
            bytes.replaceSubrange(number * Self.block..<(number + 1) * Self.block, with: generator.bytes(Self.block))
            unused.remove(number)
        }
    }
}
