package import Digests

/// The envelope around a machine description's JSON (format.md, section 11).
package enum MachineObject {
    package static func encode(json: [UInt8]) -> [UInt8] {
        var writer = ByteWriter(capacity: json.count + ObjectHeader.byteCount)
        ObjectHeader.begin(.machineDescription, in: &writer)
        writer.append(json)
        ObjectHeader.seal(&writer)
        return writer.bytes
    }

    package static func decode(_ bytes: [UInt8], digest: Digest) throws(FormatError) -> [UInt8] {
        let subject = "Machine description \(digest.hex.prefix(8))"
        var reader = try ObjectHeader.open(bytes, as: .machineDescription, subject: subject)
        return Array(try reader.bytes(reader.remaining))
    }
}
