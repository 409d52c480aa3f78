internal import LinuxSystem

/// A file read from its start to its end through a small window.
struct FileWindow: ~Copyable {
    private static let capacity = 1 << 20

    private let file: FileDescriptor
    private let size: UInt64
    private var bytes: [UInt8] = []
    private var start = 0
    /// Where the next byte lies in the file.
    private(set) var offset: UInt64 = 0

    init(_ file: consuming FileDescriptor, sizeInBytes: UInt64) {
        self.file = file
        size = sizeInBytes
    }

    /// Makes sure that the window is not empty; false at the end of the file.
    mutating func fill() throws -> Bool {
        if start < bytes.count { return true }
        start = 0
        let count = Int(min(UInt64(Self.capacity), size - min(size, offset)))
        bytes = try file.bytes(count, at: offset)
        return !bytes.isEmpty
    }

    /// The next bytes, at most `count`, without taking them.
    mutating func peek(_ count: Int) throws -> [UInt8] {
        guard bytes.count - start < count else { return Array(bytes[start..<start + count]) }
        return try file.bytes(count, at: offset)
    }

    /// Goes to the next byte that is not zero; false at the end of the file.
    mutating func skipZeros() throws -> Bool {
        while try fill() {
            let zeros = bytes[start...].prefix { $0 == 0 }.count
            drop(zeros)
            if start < bytes.count { return true }
        }
        return false
    }

    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try bytes.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[start...])) }
    }

    mutating func drop(_ count: Int) {
        start += count
        offset += UInt64(count)
    }
}
