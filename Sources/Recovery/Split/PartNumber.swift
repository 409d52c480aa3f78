/// By what number the engine knows a target of a disk that is divided among several: the first by the disk's own.
enum PartNumber {
    /// Sources are named by 16 bits.
    static let limit: UInt32 = 1 << 16

    static func part(_ part: Int, of disk: UInt32) -> UInt32 { disk % limit + UInt32(part) * limit }

    /// Which of the targets, from 0.
    static func part(_ number: UInt32) -> Int { Int(number / limit) }

    /// The disk of the moment.
    static func disk(_ number: UInt32) -> UInt32 { number % limit }
}
