package import FoundationEssentials

extension UUID {
    /// The 16 bytes as they stand in the format.
    package var byteArray: [UInt8] { withUnsafeBytes(of: uuid) { Array($0) } }

    /// Lower case, as it stands in object names.
    package var text: String { uuidString.lowercased() }
}

extension ByteReader {
    package mutating func identifier() throws(FormatError) -> UUID {
        let raw = Array(try bytes(16))
        return UUID(
            uuid: (
                raw[0], raw[1], raw[2], raw[3], raw[4], raw[5], raw[6], raw[7], raw[8], raw[9], raw[10], raw[11],
                raw[12], raw[13], raw[14], raw[15]
            ))
    }
}
