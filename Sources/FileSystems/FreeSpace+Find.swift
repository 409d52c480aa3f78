package import BlockDevices

/// Tells the free space of one disk; `volumes` as `volumes(of:)` gave them for it.
package func freeSpace(of disk: any BlockSource, volumes: [Volume]) -> FreeSpace {
    freeSpace(of: [disk], volumes: volumes)[0]
}

/// Tells which bytes of each disk are free space of the volumes, disk by disk.
///
/// Nothing may write to the disks meanwhile. Whatever cannot be trusted (not clean, damaged, of unknown kind,
/// unreadable, tools missing, overlapping volumes) is not free, and a note says why. Blocks while it reads the
/// allocation of every volume; runs tools for XFS and NTFS.
package func freeSpace(of disks: [any BlockSource], volumes: [Volume]) -> [FreeSpace] {
    var result = disks.map { _ in FreeSpace() }
    var all = FreeRanges(disks: disks.count)
    let overlapping = overlaps(volumes)
    for (index, volume) in volumes.enumerated() {
        precondition(volume.runs.allSatisfy { disks.indices.contains($0.disk) }, "a volume on a disk that is not here")
        var own = FreeRanges(disks: disks.count)
        var reason: String?
        do throws(FileSystemError) {
            if overlapping.contains(index) {
                throw FileSystemError(.damaged, "it overlaps another volume")
            }
            let free = try Allocation.free(in: VolumeReader(volume, disks: disks))
            own.add(free, of: volume)
            all.add(free, of: volume)
        } catch {
            reason = error.description
        }
        for disk in Set(volume.runs.map(\.disk)) {
            result[disk].notes.append(
                AllocationNote(
                    volume: volume.description, type: volume.content.name, sizeInBytes: volume.bytes(onDisk: disk),
                    freeBytes: own.bytes(disk: disk), reason: reason))
        }
    }
    for disk in disks.indices { result[disk].ranges = all.joined(disk: disk) }
    return result
}

/// Indices of volumes that share a byte of a disk with another.
private func overlaps(_ volumes: [Volume]) -> Set<Int> {
    let runs = volumes.enumerated().flatMap { index, volume in volume.runs.map { (index: index, run: $0) } }
        .filter { $0.run.length > 0 }
        .sorted { ($0.run.disk, $0.run.diskOffset) < ($1.run.disk, $1.run.diskOffset) }
    var result: Set<Int> = []
    var furthest = runs.first
    for next in runs.dropFirst() {
        guard let last = furthest else { break }
        let isSameDisk = last.run.disk == next.run.disk
        if isSameDisk, next.run.diskOffset < last.run.diskRange.upperBound {
            result.formUnion([last.index, next.index])
        }
        if !isSameDisk || next.run.diskRange.upperBound > last.run.diskRange.upperBound { furthest = next }
    }
    return result
}

extension Volume.Content {
    /// For notes: libblkid's type name, or what else it is.
    fileprivate var name: String {
        switch self {
        case .fileSystem(let type): type
        case .unallocated: "unallocated extents"
        case .opaque: "not looked into"
        }
    }
}

extension Volume {
    fileprivate func bytes(onDisk disk: Int) -> UInt64 {
        runs.filter { $0.disk == disk }.reduce(0) { $0 + $1.length }
    }
}
