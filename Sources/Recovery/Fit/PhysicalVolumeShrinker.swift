internal import LinuxSystem

/// An LVM physical volume, by lvm without device mapper: it ends behind its last extent in use at the earliest, for nothing in
/// it is moved. Its group must lie on it alone, or lvm refuses.
final class PhysicalVolumeShrinker: PartitionShrinker {
    private let file: MountedOverlay

    init(_ file: MountedOverlay) { self.file = file }

    private var overlay: PartitionOverlay { file.overlay }

    /// Nothing in it is moved.
    func scratch(forSize size: UInt64) -> UInt64 { 0 }

    func check() throws(RecoveryError) { _ = try lvm(["pvck"], upTo: overlay.sizeInBytes) }

    func minimum() throws(RecoveryError) -> UInt64 {
        let fields = "pe_start,vg_extent_size,pvseg_start,pvseg_size,segtype"
        let format = ["--noheadings", "--units", "b", "--nosuffix", "--separator", ":", "-o", fields]
        let said = try lvm(["pvs", "--segments"] + format, upTo: overlay.sizeInBytes)
        var end: UInt64 = 0
        for line in said.split(whereSeparator: \.isNewline) {
            let words = line.split(separator: ":", omittingEmptySubsequences: false).map { $0.filter { $0 != " " } }
            guard words.count == 5, let start = UInt64(words[0]), let extent = UInt64(words[1]),
                let first = UInt64(words[2]), let count = UInt64(words[3]), extent > 0,
                max(first, count) < overlay.sizeInBytes / extent + 1
            else { throw file.refusal("lvm pvs said \"\(said.suffix(200))\"") }
            end = max(end, start + (words[4] == "free" ? 0 : (first + count) * extent))
        }
        guard end > 0, end <= overlay.sizeInBytes else { throw file.refusal("lvm does not know where its extents end") }
        return end
    }

    func shrink(to size: UInt64) throws(RecoveryError) -> any ChangedPartition {
        _ = try lvm(["pvresize", "--yes", "--setphysicalvolumesize", "\(size)b"], upTo: overlay.sizeInBytes)
        _ = try lvm(["pvck"], upTo: size)
        guard try minimum(in: size) <= size else { throw file.refusal("its extents end behind \(size) bytes") }
        return overlay
    }

    /// Where the extents that the volume says it has end, seen through a device of `size` bytes.
    private func minimum(in size: UInt64) throws(RecoveryError) -> UInt64 {
        let format = ["--noheadings", "--units", "b", "--nosuffix", "--separator", ":", "-o", "pe_start,pv_size"]
        let said = try lvm(["pvs"] + format, upTo: size)
        let words = said.split(whereSeparator: { ":\n ".contains($0) }).compactMap { UInt64($0) }
        guard words.count == 2 else { throw file.refusal("lvm pvs said \"\(said.suffix(200))\"") }
        return words[0] + words[1]
    }

    /// Runs lvm on a loop device over the first `size` bytes of the file: it takes devices only.
    private func lvm(_ words: [String], upTo size: UInt64) throws(RecoveryError) -> String {
        let loop: LoopDevice
        do throws(SystemCallError) {
            loop = try LoopDevice(file.path, offset: 0, length: size, isReadOnly: false)
        } catch { throw file.refusal("it cannot be opened for lvm (\(error))") }
        defer { extendLifetime(loop) }
        return try file.run(LVMAccess.command(words + [loop.path], devices: [loop.path]))
    }
}
