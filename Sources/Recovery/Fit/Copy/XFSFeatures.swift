internal import BlockDevices

/// What an XFS is like, by its superblock (`struct xfs_dsb`, most significant byte first), as far as a new one for its files must be
/// the same: names, limits, and no feature that the old one's kernel and boot loader may not know.
struct XFSFeatures: Hashable {
    private static let knownReadOnly: UInt32 = 0xf
    private static let knownIncompatible: UInt32 = 0x3f

    /// Arguments of mkfs.xfs but the device.
    let arguments: [String]
    let hasQuota: Bool
    let sharesBlocks: Bool
    let inodeSize: UInt64

    /// - Parameter block: the first 512 bytes. Throws `failed` with why a new one cannot be made.
    init(_ block: [UInt8]) throws(RecoveryError) {
        guard block.count >= 512, block.starts(with: Array("XFSB".utf8)) else {
            throw RecoveryError(.failed, "it has no superblock of XFS")
        }
        let version = block.bigEndian(UInt16.self, at: 100)
        let isFifth = version & 0xf == 5
        let more = block.bigEndian(UInt32.self, at: 200)
        let readOnly = isFifth ? block.bigEndian(UInt32.self, at: 212) : 0
        let incompatible = isFifth ? block.bigEndian(UInt32.self, at: 216) : 0
        guard block.bigEndian(UInt32.self, at: 4) == 4_096 else {
            throw RecoveryError(.failed, "its blocks have \(block.bigEndian(UInt32.self, at: 4)) bytes, not 4096")
        }
        guard block.bigEndian(UInt64.self, at: 48) != 0, block.bigEndian(UInt64.self, at: 16) == 0 else {
            throw RecoveryError(.failed, "its log or real-time data lies on another device")
        }
        let unknown = (readOnly & ~Self.knownReadOnly, incompatible & ~Self.knownIncompatible)
        guard unknown == (0, 0) else {
            throw RecoveryError(
                .failed,
                "it has features that are not known here (0x\(String(unknown.0, radix: 16)), "
                    + "0x\(String(unknown.1, radix: 16)))")
        }
        func has(_ bits: UInt32, _ bit: UInt32) -> Int { bits & bit != 0 ? 1 : 0 }
        var words = ["-q", "-f", "-K"]
        if isFifth {
            words += [
                "-m",
                "crc=1,finobt=\(has(readOnly, 1)),rmapbt=\(has(readOnly, 2)),reflink=\(has(readOnly, 4)),"
                    + "inobtcount=\(has(readOnly, 8)),bigtime=\(has(incompatible, 8)),uuid=\(Self.uuid(block))",
            ]
        } else {
            words += ["-m", "crc=0,finobt=0,rmapbt=0,reflink=0,inobtcount=0,bigtime=0,uuid=\(Self.uuid(block))"]
        }
        let inode = block.bigEndian(UInt16.self, at: 104)
        words += ["-i", "size=\(inode),sparse=\(has(incompatible, 2))" + ",nrext64=\(has(incompatible, 32))"]
        let hasTypes = isFifth ? has(incompatible, 1) : has(more, 0x200)
        let ignoresCase = version & 0x4000 != 0
        words += ["-n", "size=\(4_096 << UInt32(block[192])),ftype=\(hasTypes)" + (ignoresCase ? ",version=ci" : "")]
        words += ["-s", "size=\(block.bigEndian(UInt16.self, at: 102))"]
        let label = block[108..<120].prefix { $0 != 0 }
        let text = String(decoding: label, as: UTF8.self)
        guard text.utf8.elementsEqual(label) else { throw RecoveryError(.failed, "its label is not UTF-8") }
        if !label.isEmpty { words += ["-L", text] }
        arguments = words
        hasQuota = block.bigEndian(UInt16.self, at: 176) & 0x49 != 0
        inodeSize = UInt64(inode)
        sharesBlocks = has(readOnly, 4) == 1
    }

    private static func uuid(_ block: [UInt8]) -> String {
        let digits = block[32..<48].map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }
        return [0..<4, 4..<6, 6..<8, 8..<10, 10..<16].map { digits[$0].joined() }.joined(separator: "-")
    }
}

extension [UInt8] {
    fileprivate func bigEndian<Number: FixedWidthInteger>(_ type: Number.Type, at offset: Int) -> Number {
        self[offset..<offset + MemoryLayout<Number>.size].reduce(0) { $0 << 8 | Number($1) }
    }
}
