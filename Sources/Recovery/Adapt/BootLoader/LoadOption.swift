internal import Buffers

/// A boot entry of UEFI firmware: EFI_LOAD_OPTION, the content of a variable Boot#### (UEFI specification, section 3.1.3).
package struct LoadOption: Hashable, Sendable {
    /// LOAD_OPTION_ACTIVE: the firmware tries it by itself.
    package static let active: UInt32 = 1
    /// No firmware writes more; a larger variable is not believed.
    static let sizeLimit = 64 << 10

    package var attributes: UInt32
    package var description: String
    package var path: [DevicePathNode]
    /// Device paths after the first, and what the loader gets as its arguments: kept as they are.
    package var morePaths: [UInt8]
    package var optionalData: [UInt8]

    package init(
        attributes: UInt32 = LoadOption.active, description: String, path: [DevicePathNode], morePaths: [UInt8] = [],
        optionalData: [UInt8] = []
    ) {
        self.attributes = attributes
        self.description = description
        self.path = path
        self.morePaths = morePaths
        self.optionalData = optionalData
    }

    /// nil when a length inside is wrong.
    package init?(bytes: [UInt8]) {
        guard bytes.count >= 8, bytes.count <= Self.sizeLimit else { return nil }
        attributes = bytes.littleEndian(UInt32.self, at: 0)
        let length = Int(bytes.littleEndian(UInt16.self, at: 4))
        var offset = 6
        while offset + 1 < bytes.count, bytes[offset] != 0 || bytes[offset + 1] != 0 { offset += 2 }
        guard offset + 2 + length <= bytes.count else { return nil }
        description = UCS2.text(bytes[6..<offset])
        let paths = bytes[(offset + 2)..<(offset + 2 + length)]
        guard let nodes = DevicePathNode.nodes(paths) else { return nil }
        path = nodes
        morePaths = Array(paths.dropFirst(Self.pathBytes(nodes).count))
        optionalData = Array(bytes[(offset + 2 + length)...])
    }

    package var bytes: [UInt8] {
        let paths = Self.pathBytes(path) + morePaths
        var header = [UInt8](repeating: 0, count: 6)
        header.setLittleEndian(attributes, at: 0)
        header.setLittleEndian(UInt16(paths.count), at: 4)
        return header + UCS2.bytes(description) + paths + optionalData
    }

    package var isActive: Bool { attributes & Self.active != 0 }

    /// The partition it names, whether or not the controller before it is named as well.
    package var hardDrive: HardDriveNode? {
        for case .hardDrive(let node) in path { return node }
        return nil
    }

    /// The program it names; firmware may split a path into several nodes.
    package var file: String? {
        var parts: [String] = []
        for case .file(let part) in path { parts.append(part) }
        return parts.isEmpty ? nil : parts.joined(separator: "\\").replacing("\\\\", with: "\\")
    }

    private static func pathBytes(_ nodes: [DevicePathNode]) -> [UInt8] { nodes.flatMap(\.bytes) + DevicePathNode.end }
}
