internal import Buffers
internal import Inventory
internal import Repository
internal import RepositoryFormat

extension SourceCache {
    /// The backing devices that a machine's description names, as they describe themselves in the moment. What cannot be read is
    /// not known: the pre-flight says what is damaged.
    static func find(in view: View, machine: MachineDescription) -> [SourceCache] {
        let reader = ViewReader(view)
        var found: [(title: String, disk: UInt32, superblock: CacheSuperblock)] = []
        for disk in machine.disks {
            let number = UInt32(clamping: disk.number)
            guard let record = view.disk(number) else { continue }
            let whole = ("disk \(number)", 0..<record.sizeInBytes, disk.signatures)
            let parts = disk.partitions.map { ("partition \($0.number) of disk \(number)", $0.range, $0.signatures) }
            for (title, range, signatures) in [whole] + parts {
                guard signatures.contains(where: { $0.type == "bcache" }),
                    let superblock = superblock(in: range, of: record, reader)
                else { continue }
                found.append((title, number, superblock))
            }
        }
        return found.compactMap { device in
            guard case .backing(let state, let isWriteBack) = device.superblock.kind else { return nil }
            let caches = found.filter { $0.superblock.kind == .cache && $0.superblock.set == device.superblock.set }
            return SourceCache(
                title: device.title, disk: device.disk, state: state, isWriteBack: isWriteBack,
                caches: caches.map(\.disk))
        }
    }

    private static func superblock(
        in range: Range<UInt64>, of record: DiskRecord, _ reader: ViewReader
    ) -> CacheSuperblock? {
        let start = range.lowerBound + CacheSuperblock.offset
        guard start + UInt64(CacheSuperblock.length) <= min(range.upperBound, record.sizeInBytes) else { return nil }
        let buffer = AlignedBuffer(capacity: CacheSuperblock.length)
        do throws(RepositoryError) { try reader.read(record, at: start, into: buffer.all) } catch { return nil }
        return CacheSuperblock(buffer.all.withBytes { Array($0) })
    }
}
