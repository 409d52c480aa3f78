/// The 512 bytes at the end of a VHD, repeated at the start of one that grows ("Virtual Hard Disk Image Format
/// Specification" 1.0, "Hard Disk Footer Format"; big-endian).
struct VHDFooter: Equatable {
    /// Bytes of the disk inside.
    let diskSize: UInt64
    /// Type 2: the disk's bytes lie in the file as they are.
    let isFixed: Bool

    /// Nil unless cookie and checksum are right.
    init?(_ bytes: [UInt8]) {
        guard bytes.count == 512, bytes.starts(with: "conectix".utf8) else { return nil }
        func number(_ offset: Int, _ count: Int) -> UInt64 {
            bytes[offset..<offset + count].reduce(0) { $0 << 8 | UInt64($1) }
        }
        let others = bytes[..<64] + bytes[68...]
        let sum = others.reduce(UInt32(0)) { $0 &+ UInt32($1) }
        guard number(64, 4) == UInt64(~sum) else { return nil }
        diskSize = number(48, 8)
        isFixed = number(60, 4) == 2
    }
}
