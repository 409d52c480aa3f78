/// Bytes of a restored disk that are deliberately not those of the moment.
struct DiskPatch: Hashable, Sendable {
    var offset: UInt64
    var bytes: [UInt8]
    var reason: String

    var range: Range<UInt64> { offset..<offset + UInt64(bytes.count) }
}
