import BlockDevices
import Capture
import Foundation
import LinuxSystem
import Recovery
import Repository
import Testing

/// A disk image made by the usual tools, captured, and restored to smaller targets. Judged by the tools that made it, by the
/// kernel and by sha256sum. Needs root: loop devices, mounts and fuse.
struct FitFixture {
    let scratch: ScratchDirectory
    let disk: String
    let mebibytes: UInt64
    let uuid = UUID().uuidString.lowercased()
    let swapUUID = UUID().uuidString.lowercased()

    /// - Parameter table: sfdisk's input.
    init(_ table: String, mebibytes: UInt64) throws {
        scratch = try ScratchDirectory(in: Files.exists("/dev/shm") ? "/dev/shm" : "/var/tmp")
        disk = scratch["disk.img"]
        self.mebibytes = mebibytes
        try FileDescriptor(disk, [.write, .createNew]).truncate(to: mebibytes << 20)
        try GrowthFixture.run("printf '\(table)' | sfdisk -q '\(disk)'")
    }

    /// First byte and length of a partition of an image, as sfdisk tells it.
    func place(_ partition: Int, of image: String) throws -> (offset: UInt64, length: UInt64) {
        try GrowthFixture.place(partition, of: image)
    }

    /// Runs a script with `$dev`, a loop device over a partition, and `$dir`, a directory to mount it at.
    @discardableResult
    func on(_ partition: Int, of image: String, _ script: String) throws -> String {
        let (offset, length) = try place(partition, of: image)
        return try GrowthFixture.onRange(offset, length, of: image, at: scratch["mounted"], script)
    }

    /// Makes an ext file system whose files lie at its end as well: the first ones are removed. Returns their sums.
    func fill(_ partition: Int, _ options: String = "-t ext4", keepsAll: Bool = false) throws -> String {
        let (_, length) = try place(partition, of: disk)
        let count = length / (12 << 20)
        return try on(
            partition, of: disk,
            """
            mke2fs -q \(options) -U \(uuid) -L root "$dev" >/dev/null; mount "$dev" "$dir"
            mkdir "$dir/data"; for i in $(seq 1 \(count)); do head -c 10000001 /dev/urandom > "$dir/data/$i"; sync "$dir/data/$i"; done
            for i in $(seq 1 200); do mkdir -p "$dir/tree/$i"; echo $i > "$dir/tree/$i/small"; ln -s small "$dir/tree/$i/link"; done
            \(keepsAll ? "" : "for i in $(seq 1 \(count * 3 / 4)); do rm \"$dir/data/$i\"; done")
            sync; \(GrowthFixture.sums)
            """)
    }

    /// Writes to a file system while it is mounted, and leaves the disk as a live capture finds it. Returns what `census` then said.
    func leaveMounted(_ partition: Int, options: String = "", census: String = GrowthFixture.sums) throws -> String {
        let said = try on(
            partition, of: disk,
            """
            mount \(options) "$dev" "$dir"; echo log > "$dir/data/log"; sync; cp --sparse=always '\(disk)' '\(disk).live'
            \(census)
            """)
        try GrowthFixture.run("mv '\(disk).live' '\(disk)'")
        return said
    }

    /// The end of the last block of a file in it, in bytes.
    func lastByte(_ partition: Int) throws -> UInt64 {
        let text = try on(
            partition, of: disk,
            #"mount -o ro "$dev" "$dir"; for f in "$dir"/data/*; do filefrag -b4096 -v "$f"; done | "#
                + #"awk -F'[.: ]+' '/^ +[0-9]+:/ {if ($6 > m) m = $6} END {print m * 4096}'"#)
        return UInt64(text.split(whereSeparator: \.isWhitespace).first ?? "") ?? 0
    }

    func makeSwap(_ partition: Int) throws {
        try on(partition, of: disk, "mkswap -q -U \(swapUUID) -L schwapp \"$dev\"")
    }

    func makeNTFS(_ partition: Int) throws {
        let (start, _) = try place(partition, of: disk)
        try on(partition, of: disk, "mkntfs -q -Q -F -p \(start / 512) -s 512 -H 255 -S 63 \"$dev\" >/dev/null")
    }

    private static let lvm = """
        exec 2> >(grep -v leaked >&2)
        config=(--config "global{activation=0} devices{use_devicesfile=0 filter=[\\"a|^$dev\\$|\\",\\"r|.*|\\"]} backup{backup=0 archive=0}")
        """

    /// A physical volume whose group holds one ext4 at its start. Returns the sums of its files.
    func makeGroup(_ partition: Int, mebibytes: UInt64) throws -> String {
        try on(
            partition, of: disk,
            """
            \(Self.lvm)
            pvcreate -q "${config[@]}" "$dev" >&2; vgcreate -q "${config[@]}" fitgroup "$dev" >&2
            lvcreate -q "${config[@]}" -an -Zn -Wn -n root -L \(mebibytes)M fitgroup >&2
            """)
        let (offset, _) = try place(partition, of: disk)
        return try onVolume(
            disk, offset + 1 << 20, mebibytes << 20,
            #"mke2fs -q -t ext4 "$dev"; mount "$dev" "$dir"; head -c 99999999 /dev/urandom > "$dir/x"; sync; "#)
    }

    /// The same of a restored group, after lvm and e2fsck found nothing wrong.
    func judgeGroup(_ partition: Int, of image: String) throws -> String {
        let text = try on(
            partition, of: image,
            """
            \(Self.lvm)
            pvck -q "${config[@]}" "$dev" >&2; vgck "${config[@]}" fitgroup >&2
            lvs "${config[@]}" --noheadings --units b --nosuffix -o lv_size fitgroup
            """)
        let size = try #require(UInt64(text.split(whereSeparator: \.isWhitespace).first ?? ""))
        let (offset, _) = try place(partition, of: image)
        return try onVolume(image, offset + 1 << 20, size, #"e2fsck -fn "$dev" >&2; mount -o ro "$dev" "$dir"; "#)
    }

    private func onVolume(_ image: String, _ offset: UInt64, _ length: UInt64, _ script: String) throws -> String {
        try GrowthFixture.onRange(
            offset, length, of: image, at: scratch["mounted"], "\(script) \(GrowthFixture.sums)")
    }

    func capture() throws {
        let repository = try Repository.initialize(DirectoryStore(scratch["repository"]))
        let sources = [try RawDisk.openSource(disk)]
        _ = try HostCapture.run(CaptureRequest(hostName: "web01", sources: sources, program: "test"), to: repository)
    }

    /// An image file of a size, full of something else.
    func target(_ mebibytes: UInt64, _ name: String = "target.img") throws -> String {
        try GrowthFixture.run(
            "head -c \(mebibytes << 20) /dev/zero | tr '\\0' Z > '\(scratch[name])'")
        return scratch[name]
    }

    func request(_ target: String, store: (any ObjectStore)? = nil) throws -> RestoreRequest {
        let repository = try Repository.open(store ?? DirectoryStore(scratch["repository"]))
        let timeline = try repository.timeline(of: "web01")
        let view = try View(repository, host: timeline.host, moment: try #require(timeline.moments.last))
        var request = RestoreRequest(view: view, mapping: [DiskAssignment(source: 0, target: target)])
        request.isInterrupted = { false }
        request.fit = FitScratch(directory: scratch.path)
        return request
    }

    @discardableResult
    func restore(to target: String) throws -> RestoreReport {
        try Restore.prepare(request(target)).run(confirmations: [target])
    }

    /// What the refusal says. The target must be untouched, byte for byte.
    func refusal(
        _ target: String, _ change: (inout RestoreRequest) -> Void = { _ in }
    ) throws -> RecoveryError {
        let digest = "openssl dgst -sha256 '\(target)'"
        let before = try GrowthFixture.run(digest)
        var request = try request(target)
        change(&request)
        let error = try #require(throws: RecoveryError.self) {
            _ = try Restore.prepare(request).run(confirmations: [target])
        }
        #expect(!error.wroteAnything && error.message.contains("Nothing was written"), "\(error)")
        let after = try GrowthFixture.run(digest)
        #expect(after == before, "the target was written")
        return error
    }

    func judgeTable(_ image: String) throws {
        let verdict = try GrowthFixture.run("sfdisk --verify '\(image)' 2>&1")
        #expect(verdict.contains("No errors detected"), "\(verdict)")
        if try GrowthFixture.run("sfdisk -d '\(image)'").contains("label: gpt") {
            let verdict = try GrowthFixture.run("sgdisk -v '\(image)'")
            #expect(verdict.contains("No problems found"), "\(verdict)")
        }
    }

    /// The sums of the files of an ext file system that e2fsck finds whole.
    func judge(_ partition: Int, of image: String) throws -> String {
        try on(
            partition, of: image,
            "e2fsck -fn \"$dev\" >&2; mount -o ro \"$dev\" \"$dir\"; \(GrowthFixture.sums)")
    }

    /// UUID and label of swap, and that the kernel's tool takes it at its size.
    func judgeSwap(_ partition: Int, of image: String) throws {
        let said = try on(partition, of: image, #"blkid -p -o export "$dev"; swaplabel "$dev""#)
        #expect(said.contains("UUID=\(swapUUID)") && said.contains("LABEL=schwapp"), "\(said)")
        let pages = try on(partition, of: image, #"dd if="$dev" bs=1 skip=1028 count=4 status=none | od -An -tu4"#)
        let last = UInt64(pages.split(whereSeparator: \.isWhitespace).first ?? "") ?? 0
        #expect((last + 1) * 4_096 == (try place(partition, of: image)).length)
    }

    /// Everything that identifies the partitions of a table, without places and sizes.
    func identities(_ image: String) throws -> String {
        try GrowthFixture.run(
            "sfdisk -d '\(image)' | grep -v -e ^device -e last-lba | sed -E 's/^.*img([0-9]+) : start= *[0-9]+, size= *[0-9]+,/\\1/'"
        )
    }
}

extension FitFixture {
    /// Scratch files that should be gone.
    func leftovers() throws -> [String] {
        try Files.names(in: scratch.path).filter { $0.hasPrefix("lifeboat-fit") }
    }
}
