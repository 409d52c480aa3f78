internal import BlockDevices
internal import RepositoryFormat

/// An LVM physical volume whose group lies on it alone: what is free in it goes first, then its logical volumes are made smaller by what
/// makes partitions smaller. Extents move as a map does; lvm itself writes the group down, without device mapper.
final class PhysicalVolumeShrinker: PartitionShrinker {
    private let file: MountedOverlay
    private let tools: FitTools
    private var group: Group?
    private var members: [GroupMember] = []
    private var reason: String?
    private(set) var volumes: [VolumeFit] = []

    /// What LVM says of it.
    private struct Group {
        var text: VolumeGroupText
        var name: String
        var uuid: String
        /// Where the extents begin, in bytes.
        var start: UInt64
        /// Bytes of an extent.
        var extent: UInt64
    }

    init(_ file: MountedOverlay, _ tools: FitTools) {
        self.file = file
        self.tools = tools
    }

    private var overlay: PartitionOverlay { file.overlay }
    private var groupTools: VolumeGroupTools { VolumeGroupTools(file: file, scratch: tools.scratch) }

    // MARK: Looking

    func check() throws(RecoveryError) {
        try groupTools.check(sizeInBytes: overlay.sizeInBytes)
        do throws(RecoveryError) {
            let group = try look()
            members = try group.text.logicalVolumes().map { volume throws(RecoveryError) in try member(volume, group) }
            self.group = group
        } catch {
            // One that is not understood stays as it is. What cannot be read is another matter.
            reason = try keeping(error)
        }
    }

    private func keeping(_ error: RecoveryError) throws(RecoveryError) -> String {
        guard error.code == .failed, error.cause == nil else { throw error }
        return "LVM: \(error.message)"
    }

    private func look() throws(RecoveryError) -> Group {
        let text = try groupTools.read(sizeInBytes: overlay.sizeInBytes)
        let volume = try text.volume()
        let group = Group(
            text: text, name: try text.name, uuid: volume.uuid, start: volume.start * 512, extent: volume.extent * 512)
        guard group.extent % PartitionOverlay.blockLength == 0 else {
            throw RecoveryError(.failed, "its extents of \(group.extent) bytes are not understood")
        }
        guard group.start <= overlay.sizeInBytes, try text.end() <= (overlay.sizeInBytes - group.start) / group.extent
        else { throw RecoveryError(.failed, "its volumes leave it") }
        return group
    }

    private func member(
        _ volume: VolumeGroupText.LogicalVolume, _ group: Group
    ) throws(RecoveryError) -> GroupMember {
        let first = (overlay.moment.places.ranges.first?.lowerBound ?? 0) + group.start
        let places = DiskPlaces(
            volume.areas.map { first + $0.lowerBound * group.extent..<first + $0.upperBound * group.extent })
        let name = "\(group.name)/\(volume.name)"
        guard volume.isPlain else {
            return GroupMember(volume: volume, name: name, content: .fixed("part of LVM"), places: places)
        }
        let source = PlacedSource(tools.source, places, name: name)
        if tools.isInterrupted() { throw .interruptedBeforeWriting }
        let contents: DiskContents
        do throws(BlockDeviceError) { contents = try Probe.contents(of: source) } catch {
            throw RecoveryError(error, state: .untouched)
        }
        // An empty one may be the disk of a machine that is to be.
        var content =
            contents.table == nil
            ? FitContent(contents.signatures, isEmpty: false) : .fixed("a disk with partitions")
        // A disk of a virtual machine: its group is that machine's own affair.
        if content == .physicalVolume { content = .fixed("LVM") }
        return GroupMember(volume: volume, name: name, content: content, places: places)
    }

    // MARK: Deciding

    func minimum(_ effort: FitEffort) throws(RecoveryError) -> UInt64 {
        guard let group else { return overlay.sizeInBytes }
        for index in members.indices where members[index].content.gives(for: effort) {
            try measure(index, group)
        }
        return group.start + max(1, members.reduce(0) { $0 + $1.minimum(effort) }) * group.extent
    }

    private func measure(_ index: Int, _ group: Group) throws(RecoveryError) {
        let member = members[index]
        guard !member.isMeasured else { return }
        if tools.isInterrupted() { throw .interruptedBeforeWriting }
        do throws(RecoveryError) {
            guard let shrinker = try tools.shrinker(of: member.content, member.places, name: member.title) else {
                return
            }
            if member.content.takesTime { tools.tell("Checking \(member.title)") }
            try shrinker.check()
            members[index].measured(try shrinker.minimum(.copying), of: group.extent)
            // There may be very many.
            shrinker.rest()
            members[index].shrinker = shrinker
        } catch {
            // The others may give the room. What cannot be read or stored is another matter.
            guard error.reason == .targetTooSmall else { throw error }
            members[index].obstacle = error.message
        }
    }

    /// In the order of the members; nil where they do not fit.
    private func sizes(in size: UInt64, of group: Group) -> [UInt64]? {
        let room = (size - min(size, group.start)) / group.extent
        for effort in FitEffort.allCases {
            let items = members.map { VolumePlanner.Item(count: $0.volume.extents, minimum: $0.minimum(effort)) }
            if let sizes = VolumePlanner.sizes(of: items, room: room) { return sizes }
        }
        return nil
    }

    func scratch(forSize size: UInt64) throws(RecoveryError) -> UInt64 {
        guard let group, let sizes = sizes(in: size, of: group) else { return 0 }
        var needed: UInt64 = 0
        for (member, count) in zip(members, sizes) where count < member.volume.extents {
            needed += try member.shrinker?.scratch(forSize: count * group.extent) ?? 0
        }
        return needed
    }

    var reasonToKeep: String? {
        if let reason { return reason }
        let kept = members.filter { $0.volume.extents > 0 && !$0.content.gives(for: .copying) }
        var reasons = members.compactMap(\.obstacle)
        if let group, !kept.isEmpty {
            let list = kept.prefix(6).map { member in
                "\(member.volume.name) (\(member.content), \(member.volume.extents * group.extent) bytes)"
            }
            let more = kept.count > list.count ? " and \(kept.count - list.count) more" : ""
            reasons.insert(
                "in volume group \(group.name) \(list.joined(separator: ", "))\(more) keep their size", at: 0)
        }
        return reasons.isEmpty ? nil : reasons.joined(separator: "; ")
    }

    var warnings: [String] {
        get throws(RecoveryError) {
            var warnings: [String] = []
            for member in members where member.isShrunk { warnings += try member.shrinker?.warnings ?? [] }
            return warnings
        }
    }

    // MARK: Doing

    func shrink(to size: UInt64) throws(RecoveryError) -> any ChangedPartition {
        guard let group, let sizes = sizes(in: size, of: group) else {
            throw file.refusal(reason ?? "its volumes need more than \(size) bytes")
        }
        var changed: [Int: CompactedVolume.ChangedVolume] = [:]
        for index in members.indices where sizes[index] < members[index].volume.extents {
            if tools.isInterrupted() { throw .interruptedBeforeWriting }
            let member = members[index]
            let bytes = sizes[index] * group.extent
            members[index].isShrunk = true
            volumes.append(
                VolumeFit(
                    name: member.name, content: member.content.description,
                    oldSize: member.volume.extents * group.extent, newSize: bytes,
                    change: member.content.changeInPlace ?? .shrunk))
            guard let shrinker = member.shrinker else { continue }
            tools.tell("Making \(member.title) smaller")
            let content = try shrinker.shrink(to: bytes)
            shrinker.rest()
            changed[index] = CompactedVolume.ChangedVolume(
                content: content, places: member.places, pieces: content.pieces(upTo: bytes))
        }
        let moves: [VolumeGroupText.Move]
        do throws(RecoveryError) { moves = try write(group, sizes, size) } catch {
            throw error.ofLooking { file.refusal($0) }
        }
        return CompactedVolume(overlay, size: size, parts: parts(group, moves, changed))
    }

    /// Lets lvm write down the smaller group, and find it whole.
    private func write(
        _ group: Group, _ sizes: [UInt64], _ size: UInt64
    ) throws(RecoveryError) -> [VolumeGroupText.Move] {
        let kept = Dictionary(
            zip(members, sizes).filter { $1 < $0.volume.extents }.map { ($0.volume.name, $1) }
        ) { first, _ in first }
        let (text, moves) = try group.text.compacted(keeping: kept)
        let share = VolumeGroupText.Share(
            name: "pv0", uuid: group.uuid, deviceSectors: size / 512, firstExtentSector: group.start / 512,
            extents: 0..<(size - group.start) / group.extent)
        _ = try groupTools.write(text.divided(among: [share]), [share])
        return moves
    }

    private func parts(
        _ group: Group, _ moves: [VolumeGroupText.Move], _ changed: [Int: CompactedVolume.ChangedVolume]
    ) -> [CompactedVolume.Part] {
        // Where each extent of a changed volume begins in it.
        var places: [UInt64: (member: Int, offset: UInt64)] = [:]
        for index in changed.keys {
            var offset: UInt64 = 0
            for area in members[index].volume.areas {
                places[area.lowerBound] = (index, offset)
                offset += UInt64(area.count) * group.extent
            }
        }
        let head = CompactedVolume.Part(range: 0..<group.start, content: .head)
        return [head]
            + moves.map { move in
                let start = group.start + move.new * group.extent
                let range = start..<start + UInt64(move.old.count) * group.extent
                if let place = places[move.old.lowerBound], let volume = changed[place.member] {
                    return CompactedVolume.Part(range: range, content: .volume(volume, place.offset))
                }
                return CompactedVolume.Part(
                    range: range, content: .moment(group.start + move.old.lowerBound * group.extent))
            }
    }
}
