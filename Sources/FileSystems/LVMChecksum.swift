/// LVM2's CRC-32 (`lib/misc/crc.c`): the usual polynomial, started with 0xf597a6cf, not inverted at the end.
enum LVMChecksum {
    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { crc, _ in crc & 1 == 0 ? crc >> 1 : crc >> 1 ^ 0xEDB8_8320 }
    }

    static func crc(_ bytes: some Sequence<UInt8>) -> UInt32 {
        bytes.reduce(0xF597_A6CF) { crc, byte in crc >> 8 ^ table[Int((crc ^ UInt32(byte)) & 0xFF)] }
    }
}
