internal import Buffers

/// One node of a UEFI device path (UEFI specification, section 10.3): the two that lead to a boot loader, and all others
/// as the bytes they are.
package enum DevicePathNode: Hashable, Sendable {
    /// Media device path, hard drive (type 4, subtype 1, 42 bytes).
    case hardDrive(HardDriveNode)
    /// Media device path, file (type 4, subtype 4): "\EFI\debian\shimx64.efi".
    case file(String)
    case other(type: UInt8, subtype: UInt8, content: [UInt8])

    private static let media: UInt8 = 4

    var bytes: [UInt8] {
        switch self {
        case .hardDrive(let node): Self.node(Self.media, 1, node.content)
        case .file(let path): Self.node(Self.media, 4, UCS2.bytes(path))
        case .other(let type, let subtype, let content): Self.node(type, subtype, content)
        }
    }

    init(type: UInt8, subtype: UInt8, content: [UInt8]) {
        if type == Self.media, subtype == 1, let node = HardDriveNode(content: content) {
            self = .hardDrive(node)
        } else if type == Self.media, subtype == 4, content.count % 2 == 0, !content.isEmpty {
            self = .file(UCS2.text(content[...]))
        } else {
            self = .other(type: type, subtype: subtype, content: content)
        }
    }

    /// Type, subtype, length of the whole node, content.
    static func node(_ type: UInt8, _ subtype: UInt8, _ content: [UInt8]) -> [UInt8] {
        let length = UInt16(content.count + 4)
        return [type, subtype, UInt8(truncatingIfNeeded: length), UInt8(length >> 8)] + content
    }

    /// "End entire device path".
    static let end: [UInt8] = [0x7f, 0xff, 4, 0]

    /// The nodes before the end of the device path that fills `bytes`; nil when a length is wrong.
    static func nodes(_ bytes: ArraySlice<UInt8>) -> [DevicePathNode]? {
        var rest = bytes
        var nodes: [DevicePathNode] = []
        while rest.count >= 4 {
            let header = Array(rest.prefix(4))
            let length = Int(header.littleEndian(UInt16.self, at: 2))
            guard length >= 4, length <= rest.count else { return nil }
            if header[0] == 0x7f, header[1] == 0xff { return nodes }
            nodes.append(
                DevicePathNode(
                    type: header[0], subtype: header[1], content: Array(rest.dropFirst(4).prefix(length - 4))))
            rest = rest.dropFirst(length)
        }
        return nil
    }
}
