/// The `Range` header of a request (RFC 9110, section 14), for one range of bytes.
package enum ByteRange: Hashable, Sendable {
    /// No range, or one that a server may ignore (several ranges, another unit, nonsense).
    case whole
    /// Bytes to send.
    case part(Range<UInt64>)
    /// Nothing of the object lies in it: 416.
    case unsatisfiable

    /// What a header asks of an object of `length` bytes.
    package init(header: String?, length: UInt64) {
        self = .whole
        guard let header, header.hasPrefix("bytes=") else { return }
        let parts = header.dropFirst(6).split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !header.contains(",") else { return }
        if parts[0].isEmpty {
            guard let suffix = Self.number(parts[1]) else { return }
            self = suffix == 0 || length == 0 ? .unsatisfiable : .part(length - min(suffix, length)..<length)
            return
        }
        guard let first = Self.number(parts[0]) else { return }
        let last: UInt64
        if parts[1].isEmpty {
            last = .max
        } else {
            guard let number = Self.number(parts[1]), number >= first else { return }
            last = number
        }
        self = first >= length ? .unsatisfiable : .part(first..<min(last, length - 1) + 1)
    }

    private static func number(_ text: Substring) -> UInt64? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return UInt64(text)
    }
}
