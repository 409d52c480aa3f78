internal import BlockDevices

/// Puts volume groups together from the physical volumes that were found.
struct LVMGroups {
    private let disks: [any BlockSource]
    private let found: [Volume]
    /// Linear logical volumes, whose contents are to be looked at.
    private(set) var logicalVolumes: [Volume] = []
    /// Free extents, logical volumes of other kinds, and physical volumes that are captured whole.
    private(set) var others: [Volume] = []

    init(_ found: [Volume], disks: [any BlockSource]) {
        self.found = found
        self.disks = disks
    }

    mutating func assemble() {
        var members: [LVMMember] = []
        for volume in found {
            do throws(FileSystemError) { members.append(try LVMMember(volume, disks: disks)) } catch {
                others.append(volume.renamed(volume.description, .opaque(error.description)))
            }
        }
        var remaining = members
        while let group = remaining.lazy.compactMap(\.groups.first).first {
            let uuids = Set(group.physicalVolumes.values.map(\.uuid))
            let own = remaining.filter { $0.groups.contains { $0.id == group.id } || uuids.contains($0.label.uuid) }
            remaining.removeAll { member in own.contains { $0.volume.runs == member.volume.runs } }
            do throws(FileSystemError) { try add(group, own) } catch {
                others += own.map { $0.volume.renamed($0.volume.description, .opaque(error.description)) }
            }
        }
        others += remaining.map {
            $0.volume.renamed($0.volume.description, .opaque("it belongs to no LVM volume group that is here"))
        }
    }

    /// Adds one complete group. Throws when anything about it is in doubt; then nothing was added.
    private mutating func add(_ group: LVMGroup, _ members: [LVMMember]) throws(FileSystemError) {
        for copy in members.flatMap(\.groups) where copy != group {
            throw FileSystemError(.notClean, "the copies of the metadata of volume group \(group.name) differ")
        }
        var byName: [String: LVMMember] = [:]
        for (name, described) in group.physicalVolumes {
            let holders = members.filter { $0.label.uuid == described.uuid }
            guard let member = holders.first, holders.count == 1 else {
                let what = holders.isEmpty ? "is not on these disks" : "is there twice"
                throw FileSystemError(.notClean, "physical volume \(described.uuid) of \(group.name) \(what)")
            }
            try member.check(described, extentSize: group.extentSize)
            byName[name] = member
        }
        guard members.count == byName.count else {
            throw FileSystemError(.notClean, "volume group \(group.name) does not know one of its physical volumes")
        }
        let builder = LVMVolumes(group, byName.mapValues(\.volume))
        let (linear, opaque) = try builder.logicalVolumes()
        let unallocated = try builder.unallocated()
        logicalVolumes += linear
        others += opaque + unallocated
    }
}
