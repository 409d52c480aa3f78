/// Reads cpio archives in the form of an initramfs ("newc", Linux, Documentation/driver-api/early-userspace/buffer-format.rst)
/// piece by piece, and tells of each entry. Contents are passed over but for those that are asked for. Several archives may follow one another.
package struct CpioReader {
    package struct Entry: Hashable, Sendable {
        /// Without a leading "/" or "./".
        package var name: String
        package var mode: UInt32
        package var size: UInt64
    }

    private enum State {
        case header, name(Entry, length: Int), content(UInt64), padding(Int)
    }

    private static let headerLength = 110
    /// Linux takes names of at most PATH_MAX.
    private static let nameLimit = 4_096

    private var state = State.header
    private var pending: [UInt8] = []
    /// Bytes since the start: fields are aligned to four.
    private var position: UInt64 = 0
    /// Whether the last thing read was the end mark of an archive (or zeros behind it).
    private var isBetweenArchives = true
    /// Whether nothing is missing: no archive, and no header of one, has begun and not ended.
    package var isComplete: Bool { isBetweenArchives && pending.isEmpty }
    /// Whether a byte was met, between archives, that begins none: an archive packed otherwise.
    package private(set) var isStopped = false

    /// Small files whose content is wanted, by name; what was found of them. A later archive's file replaces an earlier one's.
    private let wanted: (String) -> Bool
    package private(set) var contents: [String: [UInt8]] = [:]
    /// What is kept of one file.
    private static let contentLimit: UInt64 = 16 << 20
    private var current: String?

    /// `wanted` says of which files the content is kept, up to 16 MiB each.
    package init(wanted: @escaping (String) -> Bool = { _ in false }) { self.wanted = wanted }

    /// Takes bytes; answers how many. Fewer than there are only where `isStopped`. Throws `damaged`.
    package mutating func push(
        _ bytes: UnsafeRawBufferPointer, _ found: (Entry) throws -> Void
    ) throws -> Int {
        var index = 0
        while index < bytes.count {
            switch state {
            case .header:
                if isBetweenArchives, pending.isEmpty, bytes[index] != 0x30 {
                    guard bytes[index] == 0 else {
                        isStopped = true
                        return index
                    }
                    index += 1
                    position += 1
                    continue
                }
                guard gather(Self.headerLength, bytes, &index) else { continue }
                try takeHeader()
            case .name(let entry, let length):
                guard gather(length, bytes, &index) else { continue }
                try takeName(entry, found)
            case .content(let left):
                let count = Int(min(left, UInt64(bytes.count - index)))
                if let current { contents[current]?.append(contentsOf: bytes[index..<index + count]) }
                index += count
                position += UInt64(count)
                state = left == UInt64(count) ? align(then: .header) : .content(left - UInt64(count))
            case .padding(let left):
                let count = min(left, bytes.count - index)
                index += count
                position += UInt64(count)
                state = left == count ? .header : .padding(left - count)
            }
        }
        return index
    }

    /// Fills `pending` to `count` bytes; true when it has them.
    private mutating func gather(_ count: Int, _ bytes: UnsafeRawBufferPointer, _ index: inout Int) -> Bool {
        let part = min(count - pending.count, bytes.count - index)
        pending.append(contentsOf: bytes[index..<index + part])
        index += part
        position += UInt64(part)
        return pending.count == count
    }

    private mutating func takeHeader() throws {
        let magic = pending[..<6]
        guard magic.elementsEqual("070701".utf8) || magic.elementsEqual("070702".utf8) else {
            throw ArchiveError(.damaged, "a cpio header is not where it should be, \(position) bytes in")
        }
        func field(_ number: Int) throws -> UInt64 {
            let digits = String(decoding: pending[6 + 8 * number..<14 + 8 * number], as: UTF8.self)
            guard let value = UInt64(digits, radix: 16) else {
                throw ArchiveError(.damaged, "a cpio header has a field \"\(digits)\"")
            }
            return value
        }
        let (mode, size, length) = (UInt32(try field(1)), try field(6), Int(try field(11)))
        guard (1...Self.nameLimit).contains(length) else {
            throw ArchiveError(.damaged, "a cpio entry has a name of \(length) bytes")
        }
        pending.removeAll(keepingCapacity: true)
        isBetweenArchives = false
        // The name is padded so that what follows it is aligned, counted from the header's start.
        state = .name(
            Entry(name: "", mode: mode, size: size),
            length: (Self.headerLength + length + 3) / 4 * 4 - Self.headerLength)
    }

    private mutating func takeName(_ entry: Entry, _ found: (Entry) throws -> Void) throws {
        var entry = entry
        entry.name = String(decoding: pending.prefix { $0 != 0 }, as: UTF8.self)
        pending.removeAll(keepingCapacity: true)
        if entry.name == "TRAILER!!!" {
            isBetweenArchives = true
            state = .header
            return
        }
        while entry.name.hasPrefix("./") { entry.name.removeFirst(2) }
        while entry.name.hasPrefix("/") { entry.name.removeFirst() }
        state = entry.size > 0 ? .content(entry.size) : .header
        contentLength = entry.size
        let isFile = entry.mode & 0o170000 == 0o100000
        current = isFile && entry.size <= Self.contentLimit && wanted(entry.name) ? entry.name : nil
        if let current { contents[current] = [] }
        try found(entry)
    }

    private var contentLength: UInt64 = 0

    private func align(then next: State) -> State {
        let rest = Int(contentLength % 4)
        return rest == 0 ? next : .padding(4 - rest)
    }
}
