/// Decides what becomes of the firmware's boot entries: one entry per EFI system partition, first in the order, and none
/// left over of partitions that are gone. Pure. Entries of other systems are not touched.
package struct BootEntryPlanner {
    /// A loader that the firmware shall know.
    package struct Wanted: Hashable, Sendable {
        package var place: HardDriveNode
        /// "\EFI\debian\shimx64.efi".
        package var file: String
        /// Programs that start the same system: entries for them on partitions that are gone are left over.
        package var relatives: [String]
        package var description: String

        package init(place: HardDriveNode, file: String, relatives: [String] = [], description: String) {
            self.place = place
            self.file = file
            self.relatives = relatives
            self.description = description
        }
    }

    package let variables: FirmwareVariables
    /// PARTUUIDs of all partitions of this machine, of all disks; nil when they are not known: nothing is removed then.
    package let present: Set<String>?

    package init(variables: FirmwareVariables, present: Set<String>?) {
        self.variables = variables
        self.present = present
    }

    package func plan(_ wanted: [Wanted]) -> [AdaptationChange] {
        var entries = variables.entries
        var changes: [AdaptationChange] = []
        var first: [UInt16] = []
        var gone = stale(wanted)
        for want in wanted {
            let same = ordered(entries.filter { isSame($0.value, want) }.map(\.key))
            let number = same.first ?? reusable(want, &gone) ?? free(entries)
            var entry = entries[number] ?? LoadOption(description: want.description, path: [])
            if entry.hardDrive != want.place || entry.file.map({ !Self.equal($0, want.file) }) ?? true {
                entry.path = [.hardDrive(want.place), .file(want.file)]
                entry.morePaths = []
            }
            entry.attributes |= LoadOption.active
            if entry != entries[number] {
                changes.append(set(number, entry, was: entries[number], want))
                entries[number] = entry
            }
            first.append(number)
            for double in same.dropFirst() where !first.contains(double) {
                entries[double] = nil
                changes.append(remove(double, "is the same entry as \(FirmwareVariables.shortName(number))"))
            }
        }
        for number in gone.sorted() {
            entries[number] = nil
            let partition = variables.entries[number]?.hardDrive?.partitionUUID ?? ""
            changes.append(remove(number, "names partition \(partition), which no disk of this machine has"))
        }
        return changes + orderChange(first, removed: Set(variables.entries.keys).subtracting(entries.keys))
    }

    /// What the order becomes: ours, then the others as they were.
    private func orderChange(_ first: [UInt16], removed: Set<UInt16>) -> [AdaptationChange] {
        var order: [UInt16] = []
        for number in first + variables.order where !removed.contains(number) && !order.contains(number) {
            order.append(number)
        }
        guard order != variables.order, !first.isEmpty || !removed.isEmpty else { return [] }
        let names = order.map { FirmwareVariables.shortName($0).dropFirst(4) }.joined(separator: ",")
        return [
            AdaptationChange(
                .setFirmwareVariable(
                    name: "BootOrder-\(FirmwareVariables.global)", attributes: FirmwareVariables.attributes,
                    bytes: FirmwareVariables.orderBytes(order)),
                reason: "firmware: BootOrder becomes \(names): the restored system first, the others as they were")
        ]
    }

    /// Entries of these loaders on partitions that this machine does not have.
    private func stale(_ wanted: [Wanted]) -> Set<UInt16> {
        guard let present else { return [] }
        return Set(
            variables.entries.filter { _, entry in
                guard let partition = entry.hardDrive, let file = entry.file,
                    !present.contains(partition.partitionUUID)
                else { return false }
                return wanted.contains { want in
                    partition.partitionUUID != want.place.partitionUUID
                        && ([want.file] + want.relatives).contains { Self.equal($0, file) }
                }
            }.map(\.key))
    }

    /// An entry of the same program that is left over is written anew rather than removed: it keeps its number and name,
    /// and firmware that is slow to free room needs none.
    private func reusable(_ want: Wanted, _ gone: inout Set<UInt16>) -> UInt16? {
        let found = ordered(gone.filter { variables.entries[$0]?.file.map { Self.equal($0, want.file) } ?? false })
        return found.first.flatMap { gone.remove($0) }
    }

    private func isSame(_ entry: LoadOption, _ want: Wanted) -> Bool {
        entry.hardDrive?.partitionUUID == want.place.partitionUUID
            && entry.file.map { Self.equal($0, want.file) } ?? false
    }

    /// Those in the boot order first, in its order; then by number.
    private func ordered(_ numbers: some Sequence<UInt16>) -> [UInt16] {
        let rank = { (number: UInt16) in variables.order.firstIndex(of: number) ?? Int(UInt16.max) + Int(number) }
        return numbers.sorted { rank($0) < rank($1) }
    }

    private func free(_ entries: [UInt16: LoadOption]) -> UInt16 {
        let taken = variables.unreadable.union(entries.keys).union(variables.order)
        return (0...UInt16.max).first { !taken.contains($0) } ?? UInt16.max
    }

    private func set(_ number: UInt16, _ entry: LoadOption, was: LoadOption?, _ want: Wanted) -> AdaptationChange {
        let name = FirmwareVariables.shortName(number)
        let what =
            if let old = was?.hardDrive?.partitionUUID, old != want.place.partitionUUID {
                "\(name) (\(entry.description)) named partition \(old), which is gone, and names the restored one now"
            } else if was != nil {
                "\(name) (\(entry.description)) is corrected: place of the partition, or active again"
            } else {
                "\(name) (\(entry.description)) is made, because this machine does not know the restored disk"
            }
        return AdaptationChange(
            .setFirmwareVariable(
                name: FirmwareVariables.name(number), attributes: FirmwareVariables.attributes, bytes: entry.bytes),
            reason: "firmware: \(what): \(want.file) on partition \(want.place.partitionUUID)")
    }

    private func remove(_ number: UInt16, _ why: String) -> AdaptationChange {
        let entry = variables.entries[number]
        return AdaptationChange(
            .setFirmwareVariable(
                name: FirmwareVariables.name(number), attributes: FirmwareVariables.attributes, bytes: nil),
            reason:
                "firmware: \(FirmwareVariables.shortName(number)) (\(entry?.description ?? "")) is removed: it \(why)")
    }

    /// FAT knows no case, and firmware writes either slash.
    package static func equal(_ one: String, _ other: String) -> Bool {
        func plain(_ path: String) -> String {
            path.lowercased().replacing("/", with: "\\").split(separator: "\\").joined(separator: "\\")
        }
        return plain(one) == plain(other)
    }
}
