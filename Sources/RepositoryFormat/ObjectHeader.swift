/// What a binary object is (format.md, section 3).
package enum ObjectKind: UInt16, Sendable {
    case pack = 1
    case packIndex = 2
    case head = 3
    case mapRoot = 4
    case mapPage = 5
    case segment = 6
    case manifest = 7
    case machineDescription = 8
    case hollowedPack = 9
    case tombstone = 10
}

/// The first 32 bytes of every binary object (format.md, section 3).
package enum ObjectHeader {
    package static let byteCount = 32
    package static let version: UInt16 = 1
    private static let magic: [UInt8] = [0x89, 0x4c, 0x46, 0x42, 0x54, 0x0d, 0x0a, 0x1a]
    private static let lengthOffset = 24

    /// Starts an object; its length is filled in by `seal`.
    package static func begin(_ kind: ObjectKind, in writer: inout ByteWriter) {
        writer.append(magic)
        writer.append(kind.rawValue)
        writer.append(version)
        writer.append(UInt32(0))
        writer.append(UInt32(0))
        writer.append(UInt32(0))
        writer.append(UInt64(0))
    }

    /// Writes the length of all that was appended, plus `following` bytes stored behind it, into the header.
    package static func seal(_ writer: inout ByteWriter, following: Int = 0) {
        writer.patch(UInt64(writer.bytes.count + following), at: lengthOffset)
    }

    /// Checks the header of a whole object of `kind` and returns a reader behind it.
    ///
    /// Throws `wrongLength` when the bytes are not as many as announced, `damaged` for another magic or kind,
    /// `unsupported` for a newer version or a feature bit that must be understood.
    package static func open(
        _ bytes: [UInt8], as kind: ObjectKind, subject: String
    ) throws(FormatError) -> ByteReader {
        var reader = ByteReader(bytes, subject: subject)
        let length = try check(&reader, as: kind)
        guard length == UInt64(bytes.count) else {
            throw FormatError(
                .wrongLength,
                "\(subject) announces \(length) bytes and holds \(bytes.count): it was cut off or replaced.")
        }
        return reader
    }

    /// Checks a header alone and returns the length of the whole object that it announces.
    package static func check(_ reader: inout ByteReader, as kind: ObjectKind) throws(FormatError) -> UInt64 {
        let subject = reader.subject
        guard try reader.bytes(magic.count).elementsEqual(magic) else {
            throw FormatError(.damaged, "\(subject) is damaged: it does not start with Lifeboat's magic.")
        }
        let found = try reader.integer(UInt16.self)
        guard found == kind.rawValue else {
            throw FormatError(.damaged, "\(subject) is damaged: kind \(found) where \(kind.rawValue) belongs.")
        }
        let version = try reader.integer(UInt16.self)
        let features = try reader.integer(UInt32.self)
        guard version == Self.version, features == 0 else {
            throw FormatError(
                .unsupported,
                "\(subject) needs a newer Lifeboat (version \(version), features \(String(features, radix: 16))).")
        }
        try reader.skip(4)
        try reader.zeros(4)
        return try reader.integer(UInt64.self)
    }
}
