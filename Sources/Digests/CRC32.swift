/// CRC-32 with the reflected polynomial 0xEDB88320, as in IEEE 802.3, the GPT of the UEFI specification, and LVM2
/// (`lib/misc/crc.c`, with another start and no inversion at the end).
package enum CRC32 {
    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xedb8_8320 : value >> 1 }
    }

    /// The checksum of GPT headers and partition tables.
    package static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 { ~remainder(bytes, from: ~0) }

    /// The plain remainder, started with `start`.
    package static func remainder(_ bytes: some Sequence<UInt8>, from start: UInt32) -> UInt32 {
        bytes.reduce(start) { value, byte in value >> 8 ^ table[Int(UInt8(truncatingIfNeeded: value) ^ byte)] }
    }
}
