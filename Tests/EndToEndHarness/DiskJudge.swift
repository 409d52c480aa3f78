import Foundation

/// Judges a restored disk of the demo's host with outside tools only, before anything has booted from it.
package struct DiskJudge {
    private let captured: String
    private let restored: String
    private let facts: HostFacts
    /// What the restore's report says it changed on purpose.
    private let adapted: [Range<Int>]

    package init(captured: String, restored: String, facts: HostFacts, adapted: [Range<Int>]) {
        self.adapted = adapted
        self.captured = captured
        self.restored = restored
        self.facts = facts
    }

    /// All judgements; throws at the first that fails, returns what was found otherwise, a sentence each.
    package func judge() throws -> [String] {
        [
            try comparison(), try partitionTable(), try signatures(), try fileSystems(), try files(),
        ]
    }

    /// Bytes of a GPT's backup: 32 sectors of entries and the header.
    private static let backupLength = 33 * 512

    /// Byte for byte over everything in use; zeros or the same elsewhere; nothing left of the target's past.
    private func comparison() throws -> String {
        let size = try facts.number("disk_bytes")
        let newSize = try FileManager.default.attributesOfItem(atPath: restored)[.size] as? Int ?? 0
        try checkAdapted(size, newSize)
        let map = try UsedMap(
            disk: captured,
            fileSystems: [
                ("partclone.fat", try facts.range(of: "esp")), ("partclone.extfs", try facts.range(of: "root")),
            ])
        let result = try DiskComparison(captured: captured, restored: restored, map: map, adapted: adapted)
        guard result.isEqual else { throw HarnessError("The restored disk differs: \(result.summary)") }
        return result.summary + "; the report lists \(adapted.count) adapted ranges"
    }

    /// A report may list nothing as adapted but the protective MBR's entry, the primary GPT header, and the backup's
    /// old and new place: a report that lists the whole disk would make the comparison worthless.
    private func checkAdapted(_ size: Int, _ newSize: Int) throws {
        let allowed = [
            446..<510, 512..<1024, size - Self.backupLength..<size, newSize - Self.backupLength..<newSize,
        ]
        for range in adapted where !allowed.contains(where: { $0.contains(range) }) {
            throw HarnessError("The report lists bytes \(range) as adapted, which are no business of a larger disk")
        }
    }

    /// A sound GPT whose backup lies at the end of this disk, with the partitions of the captured one.
    private func partitionTable() throws -> String {
        let verdict = try Command("sgdisk", "--verify", restored).run()
        guard verdict.contains("No problems found") else {
            throw HarnessError("The partition table of the restored disk is not sound:\n\(verdict)")
        }
        var identity = try Command("sgdisk", "--print", restored).run().contains("Disk identifier") ? "GPT" : ""
        for number in 1...3 {
            let old = try Command("sgdisk", "--info=\(number)", captured).run()
            let new = try Command("sgdisk", "--info=\(number)", restored).run()
            guard old == new, old.contains("Partition unique GUID") else {
                throw HarnessError("Partition \(number) was\n\(old)and is\n\(new)")
            }
            identity += " \(number)"
        }
        return "sgdisk finds no problems; partitions are those of the lost disk (\(identity))"
    }

    /// Nothing but GPT and protective MBR on the disk as a whole: no stale md member, no stale volume group.
    private func signatures() throws -> String {
        let found = try Command("wipefs", "--noheadings", "--output", "TYPE", restored).run()
        let types = Set(found.split(whereSeparator: \.isWhitespace))
        guard types == ["gpt", "PMBR"] else { throw HarnessError("Signatures on the restored disk: \(types.sorted())") }
        return "wipefs finds GPT and protective MBR, and no stale signature"
    }

    private func fileSystems() throws -> String {
        let root = try LoopDevice(restored, range: try facts.range(of: "root"))
        try Command("e2fsck", "-fn", root.path).run()
        let system = try LoopDevice(restored, range: try facts.range(of: "esp"))
        try Command("fsck.fat", "-n", system.path).run()
        return "e2fsck and fsck.fat find nothing wrong"
    }

    /// Every file of the host has the checksum that it has on the captured disk, and its own lists agree.
    private func files() throws -> String {
        let old = try withRoot(of: captured) { try Self.checksums($0) }
        let new = try withRoot(of: restored) { root in
            try Command("sh", "-c", "cd '\(root)/srv/data' && sha256sum --quiet -c MANIFEST.sha256").run()
            let disk = root + "/var/lib/vms/vm1.raw"
            try Command("e2fsck", "-fn", disk).run()
            return try Self.checksums(root)
        }
        guard old == new else { throw HarnessError("Files differ between the captured and the restored disk") }
        return "\(old.split(separator: "\n").count) files have the checksums that they had; vm1's file system is clean"
    }

    private static func checksums(_ root: String) throws -> String {
        try Command(
            "sh", "-c", "cd '\(root)' && find . -xdev -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum"
        ).run()
    }

    /// Mounts the root volume read-only, without replaying its journal, for the time of `body`.
    private func withRoot<Value>(of disk: String, _ body: (String) throws -> Value) throws -> Value {
        let loop = try LoopDevice(disk, range: try facts.range(of: "root"))
        let directory = try TemporaryDirectory()
        try Command("mount", "-t", "ext4", "-o", "ro,noload", loop.path, directory.path).run()
        let result = Result { try body(directory.path) }
        try Command("umount", directory.path).run()
        return try result.get()
    }
}
