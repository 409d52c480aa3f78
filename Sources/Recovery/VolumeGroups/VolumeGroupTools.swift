internal import Digests
internal import LinuxSystem
internal import RepositoryFormat

/// What lvm does for a volume group that is to lie on several disks, or on a smaller one: on loop devices over an overlay and over memory, without device
/// mapper.
struct VolumeGroupTools {
    private static let textLimit = 16 << 20

    /// The physical volume.
    let file: MountedOverlay
    let scratch: FitScratch

    /// Throws `refused` with what lvm finds wrong with the physical volume.
    func check(sizeInBytes: UInt64) throws(RecoveryError) {
        let loop = try loop(file.path, sizeInBytes)
        defer { extendLifetime(loop) }
        _ = try lvm(["pvck", loop.path], [loop])
    }

    /// Throws `failed` and `refused`.
    func read(sizeInBytes: UInt64) throws(RecoveryError) -> VolumeGroupText {
        let loop = try loop(file.path, sizeInBytes)
        defer { extendLifetime(loop) }
        let fields = ["--noheadings", "--separator", ":", "-o", "vg_name,pv_count"]
        let said = try lvm(["pvs"] + fields + [loop.path], [loop])
        let words = said.split(separator: ":").map { $0.trimming(while: \.isWhitespace) }
        guard words.count == 2, !words[0].isEmpty else {
            throw RecoveryError(
                .failed,
                "its physical volume belongs to no volume group, or to one that lvm does not read here (a system ID or a lock "
                    + "type)")
        }
        guard words[1] == "1" else {
            throw RecoveryError(.failed, "its volume group lies on several physical volumes")
        }
        let name = words[0]
        return try withFile(nil) { path throws(RecoveryError) in
            _ = try lvm(["vgcfgbackup", "-f", path, name], [loop])
            let bytes: [UInt8]
            do throws(SystemCallError) { bytes = try Files.contents(of: path, limit: Self.textLimit) } catch {
                throw RecoveryError(.failed, "what lvm wrote of its volume group cannot be read", cause: error)
            }
            let text = try VolumeGroupText(String(decoding: bytes, as: UTF8.self))
            // lvm would refuse to look at it again in the end.
            guard try !text.isExported else { throw RecoveryError(.failed, "its volume group was exported (vgexport)") }
            return text
        }
    }

    /// Writes the group to the old volume, which then ends where its share does, and to new ones. Of each of these what stands in front of
    /// its extents, at offsets from its start; nothing of the first: that is in the overlay.
    func write(_ text: VolumeGroupText, _ shares: [VolumeGroupText.Share]) throws(RecoveryError) -> [[DiskPatch]] {
        var memories: [Memory] = []
        for share in shares.dropFirst() { memories.append(try Memory(sizeInBytes: share.deviceSectors * 512)) }
        let old = shares[0].deviceSectors * 512
        // One that grows keeps what it has behind its end: nothing.
        var loops = [try loop(file.path, min(old, file.overlay.sizeInBytes))]
        for (memory, share) in zip(memories, shares.dropFirst()) {
            loops.append(try loop(memory.file.path, share.deviceSectors * 512))
        }
        defer { extendLifetime(loops) }
        let name = try text.name
        try withFile(text.text) { path throws(RecoveryError) in
            for (loop, share) in zip(loops, shares) {
                // A second copy of the metadata, which lvm.conf may want, would lie behind the extents.
                let options = ["--uuid", share.uuid, "--restorefile", path, "--metadatacopies", "1"]
                _ = try lvm(["pvcreate", "-ff", "--yes"] + options + [loop.path], loops)
            }
            _ = try lvm(["vgcfgrestore", "--yes", "--force", "-f", path, name], loops)
        }
        _ = try lvm(["vgck", name], loops)
        let fields = "pv_count,vg_missing_pv_count"
        let said = try lvm(["vgs", "--noheadings", "-o", fields, name], loops).split(whereSeparator: \.isWhitespace)
        guard said == ["\(shares.count)", "0"] else {
            throw RecoveryError(.failed, "lvm does not find the divided volume group (\(said.joined(separator: ", ")))")
        }
        return try [[]]
            + zip(memories, shares.dropFirst()).map { memory, share throws(RecoveryError) in try memory.head(share) }
    }

    /// The same each time for the same disk.
    static func uuid(for record: DiskRecord, part: Int) -> String {
        let signs = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
        let bytes = SHA256.digest(of: Array("lifeboat part \(part) of \(record.id)".utf8)).bytes
        let text = bytes.prefix(32).map { signs[Int($0) % signs.count] }
        var groups: [String] = []
        var start = 0
        for length in [6, 4, 4, 4, 4, 4, 6] {
            groups.append(String(text[start..<start + length]))
            start += length
        }
        return groups.joined(separator: "-")
    }

    // MARK: Running it

    private func lvm(_ words: [String], _ loops: [LoopDevice]) throws(RecoveryError) -> String {
        try file.run(LVMAccess.command(words, devices: loops.map(\.path)))
    }

    private func loop(_ path: String, _ length: UInt64) throws(RecoveryError) -> LoopDevice {
        do throws(SystemCallError) { return try LoopDevice(path, offset: 0, length: length, isReadOnly: false) } catch {
            throw RecoveryError(.failed, "the volume group cannot be opened for lvm", cause: error)
        }
    }

    /// A file with this text, while `body` runs.
    private func withFile<Result>(
        _ text: String?, _ body: (String) throws(RecoveryError) -> Result
    ) throws(RecoveryError) -> Result {
        let path: String
        do throws(SystemCallError) {
            path = "\(scratch.directory)/lifeboat-group-\(try RunningSystem.randomName(bytes: 6))"
            try Files.write(Array((text ?? "").utf8), to: path, mode: 0o600)
        } catch { throw RecoveryError(.failed, "nothing can be written to \(scratch.directory)", cause: error) }
        defer { _ = try? Files.remove(path) }  // a leftover of a few kilobytes harms nobody
        return try body(path)
    }
}

/// A new disk in memory, of which only what is written takes room.
private final class Memory: Sendable {
    private static let blockLength = 4_096
    let file: FileDescriptor

    init(sizeInBytes: UInt64) throws(RecoveryError) {
        do throws(SystemCallError) {
            file = try FileDescriptor.inMemory(name: "volume")
            try file.truncate(to: sizeInBytes)
        } catch {
            throw RecoveryError(.failed, "there is no memory for a volume of \(sizeInBytes) bytes", cause: error)
        }
    }

    /// The blocks in front of the extents that are not empty.
    func head(_ share: VolumeGroupText.Share) throws(RecoveryError) -> [DiskPatch] {
        var patches: [DiskPatch] = []
        do throws(SystemCallError) {
            for offset in stride(from: 0, to: share.firstExtentSector * 512, by: Self.blockLength) {
                let bytes = try file.bytes(Self.blockLength, at: offset)
                if bytes.contains(where: { $0 != 0 }) {
                    patches.append(DiskPatch(offset: offset, bytes: bytes, reason: "physical volume"))
                }
            }
        } catch { throw RecoveryError(.failed, "what lvm wrote cannot be read", cause: error) }
        return patches
    }
}
