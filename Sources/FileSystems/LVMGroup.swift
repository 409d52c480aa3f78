/// A volume group as its text metadata describes it. Every number is checked against the others.
struct LVMGroup: Equatable {
    struct PhysicalVolume: Equatable {
        var uuid: String
        /// Bytes from the start of the physical volume to its first extent.
        var start: UInt64
        var extents: UInt64
    }

    struct LogicalVolume: Equatable {
        var name: String
        /// Why its bytes cannot be descended into; nil for a visible volume of linear segments.
        var opaque: String?
        var segments: [Segment]
    }

    struct Segment: Equatable {
        var firstExtent: UInt64
        var extents: UInt64
        /// Key in `physicalVolumes`, and the first extent there.
        var physicalVolume: String
        var physicalExtent: UInt64
    }

    private(set) var id: String
    private(set) var name: String
    private(set) var sequence: UInt64
    private(set) var extentSize: UInt64
    private(set) var physicalVolumes: [String: PhysicalVolume]
    private(set) var logicalVolumes: [LogicalVolume]
    /// Extents in use, by physical volume.
    private(set) var used: [String: [Range<UInt64>]]

    /// Throws `damaged` or `unsupported` where anything is missing, contradicts itself or is not known.
    init(_ text: [UInt8]) throws(FileSystemError) {
        let tree = try LVMTextParser.parse(text)
        let groups = tree.section?.filter { $0.value.section != nil } ?? [:]
        guard let (name, group) = groups.first, groups.count == 1 else {
            throw FileSystemError(.damaged, "the LVM metadata does not hold one volume group")
        }
        guard let id = group["id"]?.string, let sequence = group["seqno"]?.count,
            let size = group["extent_size"]?.count,
            let volumes = group["physical_volumes"]?.section, size > 0, size <= 1 << 32
        else { throw FileSystemError(.damaged, "the LVM metadata of \(name) lacks what it must have") }
        let known: Set<String> = ["READ", "WRITE", "RESIZEABLE", "EXPORTED"]
        guard Set(group["status"]?.strings ?? ["none"]).isSubset(of: known) else {
            throw FileSystemError(.notClean, "the LVM volume group \(name) is in an unusual state")
        }
        self.id = id
        self.name = name
        self.sequence = sequence
        extentSize = size * 512
        physicalVolumes = try Self.physicalVolumes(volumes)
        let logical = group["logical_volumes"]?.section ?? [:]
        (logicalVolumes, used) = try LVMSegments(physicalVolumes, logical).parse()
    }

    private static func physicalVolumes(
        _ section: [String: LVMText]
    ) throws(FileSystemError) -> [String: PhysicalVolume] {
        var result: [String: PhysicalVolume] = [:]
        for (key, value) in section {
            guard let uuid = value["id"]?.string, let start = value["pe_start"]?.count, start < 1 << 50,
                let extents = value["pe_count"]?.count, extents < 1 << 40
            else { throw FileSystemError(.damaged, "the LVM metadata lacks extents of physical volume \(key)") }
            let states = (value["status"]?.strings ?? []) + (value["flags"]?.strings ?? [])
            guard !states.contains("MISSING") else {
                throw FileSystemError(.notClean, "the LVM physical volume \(uuid) was missing")
            }
            result[key] = PhysicalVolume(uuid: uuid, start: start * 512, extents: extents)
        }
        return result
    }
}
