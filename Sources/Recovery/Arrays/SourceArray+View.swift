internal import Buffers
internal import Inventory
internal import Repository
internal import RepositoryFormat

extension SourceArray {
    /// The arrays that a machine's description names, as their members in the moment describe them. Reads a few kilobytes of
    /// each member. What cannot be read is not known: the pre-flight says what is damaged.
    static func find(in view: View, machine: MachineDescription) -> [SourceArray] {
        let reader = ViewReader(view)
        var found: [String: [(disk: UInt32, member: ArrayMember?)]] = [:]
        for disk in machine.disks {
            let number = UInt32(clamping: disk.number)
            guard let record = view.disk(number) else { continue }
            let whole = (0..<record.sizeInBytes, disk.signatures)
            for (range, signatures) in [whole] + disk.partitions.map({ ($0.range, $0.signatures) }) {
                guard signatures.count == 1, let signature = signatures.first, let uuid = signature.uuid,
                    signature.type == "linux_raid_member", range.upperBound <= record.sizeInBytes
                else { continue }
                found[uuid, default: []].append((number, member(signature.version, range, of: record, reader)))
            }
        }
        return found.sorted { $0.key < $1.key }.map { uuid, members in
            let known = members.compactMap(\.member)
            let active = members.filter { $0.member?.isActive != false }
            return SourceArray(
                name: known.first?.name ?? uuid, level: known.first?.level,
                memberCount: known.first?.memberCount ?? active.count, disks: active.map(\.disk))
        }
    }

    private static func member(
        _ version: String?, _ range: Range<UInt64>, of record: DiskRecord, _ reader: ViewReader
    ) -> ArrayMember? {
        guard let offset = ArrayMember.offset(version: version, memberSize: UInt64(range.count)),
            offset + UInt64(ArrayMember.length) <= UInt64(range.count)
        else { return nil }
        let buffer = AlignedBuffer(capacity: ArrayMember.length)
        do throws(RepositoryError) {
            try reader.read(record, at: range.lowerBound + offset, into: buffer.all)
        } catch { return nil }
        return ArrayMember(buffer.all.withBytes { Array($0) })
    }
}
