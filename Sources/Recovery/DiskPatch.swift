/// Bytes of a restored disk that are deliberately not those of the moment.
package struct DiskPatch: Hashable, Sendable {
    package var offset: UInt64
    package var bytes: [UInt8]
    package var reason: String

    package var range: Range<UInt64> { offset..<offset + UInt64(bytes.count) }
}
