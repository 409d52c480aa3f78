import Foundation
import LinuxSystem
import Recovery
import Testing

/// A disk image with a small Linux system on it, made by sfdisk and mkfs, that is then made longer. Judged by the tools that
/// made it, by the kernel and by sha256sum. Needs root: loop devices and mounts.
struct GrowthFixture {
    /// The system's own size; xfs and btrfs are made no smaller.
    static let mebibytes: UInt64 = 340

    let scratch: ScratchDirectory
    let disk: String
    /// Of its root file system: btrfs takes two of one UUID for one, and tests run side by side.
    let uuid = UUID().uuidString.lowercased()
    /// Of the disk, after it was made longer.
    private(set) var size: UInt64
    var firmware = TargetMachine.FirmwareMode.bios

    /// - Parameter table: sfdisk's input.
    init(_ table: String, mebibytes: UInt64 = mebibytes) throws {
        // In memory where there is some: nothing of it has to last.
        scratch = try ScratchDirectory(in: Files.exists("/dev/shm") ? "/dev/shm" : "/var/tmp")
        disk = scratch["disk.img"]
        size = mebibytes << 20
        try FileDescriptor(disk, [.write, .createNew]).truncate(to: size)
        try Self.run("printf '\(table)' | sfdisk -q '\(disk)'")
    }

    /// Runs a script of bash and returns what it printed; a failure is an issue of the test.
    @discardableResult
    static func run(_ script: String) throws -> String {
        let result = try ChildProcess.run(["bash", "-c", "set -euo pipefail; \(script)"])
        let text = String(decoding: result.output, as: UTF8.self)
        #expect(result.status.isSuccess, "\(script): \(text) \(result.errorText)")
        return text
    }

    /// First byte and length of a partition, as sfdisk tells it.
    func place(_ partition: Int) throws -> (offset: UInt64, length: UInt64) { try Self.place(partition, of: disk) }

    /// The same of any image.
    static func place(_ partition: Int, of image: String) throws -> (offset: UInt64, length: UInt64) {
        let text = try run(
            "sfdisk -d '\(image)' | sed -nE 's/^.*img\(partition) : start= *([0-9]+), size= *([0-9]+),.*/\\1 \\2/p'")
        let numbers = text.split(whereSeparator: \.isWhitespace).compactMap { UInt64($0) }
        try #require(numbers.count == 2, "partition \(partition): \(text)")
        return (numbers[0] * 512, numbers[1] * 512)
    }

    /// Runs a script with `$dev`, a loop device over a partition, and `$dir`, a directory to mount it at.
    @discardableResult
    func onPartition(_ number: Int, _ script: String) throws -> String {
        let (offset, length) = try place(number)
        return try onRange(offset, length, script)
    }

    /// The same over bytes of the disk.
    @discardableResult
    func onRange(_ offset: UInt64, _ length: UInt64, _ script: String) throws -> String {
        try Self.onRange(offset, length, of: disk, at: scratch["mounted"], script)
    }

    /// The same over bytes of any image.
    static func onRange(
        _ offset: UInt64, _ length: UInt64, of image: String, at directory: String, _ script: String
    ) throws -> String {
        try run(
            """
            dir='\(directory)'; mkdir -p "$dir"
            dev=$(losetup -f --show --offset \(offset) --sizelimit \(length) '\(image)')
            \(release(image))
            \(script)
            """)
    }

    /// At the end of a script `$dir` is unmounted and `$dev` detached. A program that was given a mount namespace of its own in
    /// the meantime has a copy of the mount; the image is at rest once that is gone too.
    static func release(_ image: String) -> String {
        """
        release() {
            cd /; umount "$dir" 2>/dev/null || true; losetup -d "$dev"
            for i in $(seq 600); do losetup -j '\(image)' | grep -q "^$dev:" || return 0; sleep 0.1; done
            echo "$dev is still in use" >&2; exit 1
        }
        trap release EXIT
        """
    }

    var root: String {
        """
        mkdir -p "$dir/etc" "$dir/usr/lib/systemd" "$dir/data"; echo init > "$dir/usr/lib/systemd/systemd"
        echo 'UUID=\(uuid) / auto defaults 0 1' > "$dir/etc/fstab"
        for i in 1 2 3 4 5 6 7 8; do head -c 1234567 /dev/urandom > "$dir/data/file-$i"; done
        (cd "$dir" && find . -type f | sort | xargs sha256sum)
        """
    }

    static let sums = #"(cd "$dir" && find . -type f -not -path "./lost+found/*" | sort | xargs sha256sum)"#

    func make(_ type: String) -> String {
        switch type {
        case "xfs": "mkfs.xfs -q -m uuid=\(uuid)"
        case "btrfs": "mkfs.btrfs -q -U \(uuid)"
        default: "mke2fs -q -t \(type) -U \(uuid)"
        }
    }

    /// Makes a file system with a system's files; returns their sums.
    ///
    /// - Parameter whileMounted: whether the disk is left as a live capture finds it: mounted again and written to.
    func fill(_ partition: Int, _ type: String, whileMounted: Bool = false) throws -> String {
        let copy =
            whileMounted
            ? #"umount "$dir"; mount "$dev" "$dir"; echo log > "$dir/data/log"; "#
                + "sync; cp --sparse=always '\(disk)' '\(disk).live'" : ""
        let sums = try onPartition(
            partition, "\(make(type)) \"$dev\" >/dev/null; mount \"$dev\" \"$dir\"; \(root); \(copy)")
        if whileMounted { try Self.run("mv '\(disk).live' '\(disk)'") }
        return sums
    }

    /// Makes the disk longer, as a restore to a larger one leaves it: with the backup of a GPT at the end.
    mutating func enlarge(to mebibytes: UInt64, movesBackup: Bool = true) throws {
        size = mebibytes << 20
        try FileDescriptor(disk, [.write]).truncate(to: size)
        if movesBackup, try Self.run("sfdisk -d '\(disk)' 2>/dev/null").contains("label: gpt") {
            try Self.run("sgdisk -e '\(disk)' >/dev/null")
        }
    }

    var request: Adaptation.Request {
        var request = Adaptation.Request(
            machine: TargetMachine(
                firmware: firmware,
                disks: [TargetMachine.Disk(path: disk, sizeInBytes: size, logicalSectorSize: 512)]))
        request.isThisMachine = false
        return request
    }

    /// What the step says when nothing, or only a look, was asked for.
    func look(_ growth: Growth?) throws -> AdaptationReport.Step {
        var request = request
        request.growth = growth
        request.isDryRun = true
        return try geometry(try Adaptation.run(request))
    }

    /// Grows; and a second time, which must change nothing.
    @discardableResult
    func grow(_ growth: Growth = Growth()) throws -> AdaptationReport.Step {
        var request = request
        request.growth = growth
        let step = try geometry(try Adaptation.run(request))
        let digest = try Self.run("openssl dgst -sha256 '\(disk)'")
        let again = try geometry(try Adaptation.run(request))
        #expect(again.changes.isEmpty && again.failure == nil, "a second run: \(again)")
        #expect(try Self.run("openssl dgst -sha256 '\(disk)'") == digest, "a second run wrote")
        return step
    }

    private func geometry(_ report: AdaptationReport) throws -> AdaptationReport.Step {
        try #require(report.steps.first { $0.name == GeometryStep.name })
    }

    /// Judges table and file system, and returns the sums of its files and its size as the kernel tells it.
    func judge(_ partition: Int, _ type: String) throws -> (sums: String, size: UInt64) {
        try judgeTable()
        let (offset, length) = try place(partition)
        return try judge(offset, length, type)
    }

    func judgeTable() throws {
        let verdict = try Self.run("sfdisk --verify '\(disk)' 2>&1")
        #expect(verdict.contains("No errors detected"), "\(verdict)")
        if try Self.run("sfdisk -d '\(disk)'").contains("label: gpt") {
            let verdict = try Self.run("sgdisk -v '\(disk)'")
            #expect(verdict.contains("No problems found"), "\(verdict)")
        }
    }

    func judge(_ offset: UInt64, _ length: UInt64, _ type: String) throws -> (sums: String, size: UInt64) {
        let check =
            switch type {
            case "xfs": "xfs_repair -n"
            case "btrfs": "btrfs check --readonly"
            default: "e2fsck -fn"
            }
        let text = try onRange(
            offset, length,
            "\(check) \"$dev\" >&2; mount -o ro \"$dev\" \"$dir\"; stat -f -c '%b %S' \"$dir\"; \(Self.sums)")
        let lines = text.split(separator: "\n", maxSplits: 1)
        let numbers = try #require(lines.first).split(separator: " ").compactMap { UInt64($0) }
        return (String(try #require(lines.last)), numbers[0] * numbers[1])
    }
}
