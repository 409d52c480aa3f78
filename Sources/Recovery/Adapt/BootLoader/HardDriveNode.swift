internal import Buffers

/// A partition as UEFI names it in a device path (UEFI specification, section 10.3.5.1).
package struct HardDriveNode: Hashable, Sendable {
    package enum Signature: Hashable, Sendable {
        /// The partition's own GUID, in lower case.
        case gpt(String)
        /// The disk's 32-bit signature at offset 440 of its MBR.
        case mbr(UInt32)
    }

    package var partition: UInt32
    /// In logical blocks.
    package var start: UInt64
    package var blockCount: UInt64
    package var signature: Signature

    package init(partition: UInt32, start: UInt64, blockCount: UInt64, signature: Signature) {
        self.partition = partition
        self.start = start
        self.blockCount = blockCount
        self.signature = signature
    }

    /// What Linux calls PARTUUID: the GUID, or "5a3c1f02-01".
    package var partitionUUID: String {
        switch signature {
        case .gpt(let uuid): return uuid
        case .mbr(let disk):
            let digits = (0..<4).reversed().map { GUIDText.hex(UInt8(truncatingIfNeeded: disk >> (8 * UInt32($0)))) }
            return digits.joined() + "-" + GUIDText.hex(UInt8(truncatingIfNeeded: partition))
        }
    }

    /// The 38 bytes after the node's header; nil for a signature of another kind.
    init?(content: [UInt8]) {
        guard content.count == 38 else { return nil }
        partition = content.littleEndian(UInt32.self, at: 0)
        start = content.littleEndian(UInt64.self, at: 4)
        blockCount = content.littleEndian(UInt64.self, at: 12)
        switch (content[36], content[37]) {
        case (2, 2): signature = .gpt(GUIDText.text(content[20..<36]))
        case (1, 1): signature = .mbr(content.littleEndian(UInt32.self, at: 20))
        default: return nil
        }
    }

    var content: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 38)
        bytes.setLittleEndian(partition, at: 0)
        bytes.setLittleEndian(start, at: 4)
        bytes.setLittleEndian(blockCount, at: 12)
        switch signature {
        case .gpt(let uuid):
            bytes.replaceSubrange(20..<36, with: GUIDText.bytes(uuid) ?? [UInt8](repeating: 0, count: 16))
            (bytes[36], bytes[37]) = (2, 2)
        case .mbr(let disk):
            bytes.setLittleEndian(disk, at: 20)
            (bytes[36], bytes[37]) = (1, 1)
        }
        return bytes
    }
}
