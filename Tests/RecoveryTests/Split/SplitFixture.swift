import BlockDevices
import Capture
import LinuxSystem
import Recovery
import Repository
import Testing

/// A disk image with an LVM physical volume in its last partition, captured, and divided among smaller ones. Volumes are compared extent by
/// extent, where lvm itself says that they lie. Needs root: loop devices.
struct SplitFixture {
    static let lvm = """
        lvm_() { LVM_SUPPRESS_FD_WARNINGS=1 lvm "$@" --config "devices { use_devicesfile=0 filter=[$filter] } \
        backup { backup=0 archive=0 } global { activation=0 event_activation=0 use_lvmlockd=0 }" 2>/dev/null; }
        """
    static let volumes = """
        lvm_ vgcreate -s 1m vg0 $devices; lvm_ lvcreate -an -Zn -Wn -l 20 -n root vg0
        lvm_ lvcreate -an -Zn -Wn -l 60 -n data vg0; lvm_ lvextend -l +10 vg0/root
        """

    let scratch: ScratchDirectory
    let disk: String

    /// A disk of 128 MiB full of random bytes.
    ///
    /// - Parameters:
    ///   - table: sfdisk's input.
    ///   - last: number of the partition that becomes a physical volume; 0 leaves it as it is.
    ///   - volumes: a script with `lvm_` and the device in `$devices`.
    init(
        table: String = "label: gpt\\nsize=16M, type=linux\\ntype=lvm\\n", last: Int = 2, volumes: String = Self.volumes
    ) throws {
        scratch = try ScratchDirectory(in: Files.exists("/dev/shm") ? "/dev/shm" : "/var/tmp")
        disk = scratch["disk.img"]
        try GrowthFixture.run(
            """
            head -c \(128 << 20) /dev/zero | openssl enc -aes-128-ctr -nosalt -pass pass:split 2>/dev/null > '\(disk)'
            dd if=/dev/zero of='\(disk)' bs=1M count=1 conv=notrunc status=none
            printf '\(table)' | sfdisk -q '\(disk)'
            """)
        if last > 0 { try withVolumes([(disk, last)], "lvm_ pvcreate $devices >/dev/null; \(volumes)") }
        let repository = try Repository.initialize(DirectoryStore(scratch["repository"]))
        _ = try HostCapture.run(
            CaptureRequest(hostName: "web01", sources: [try RawDisk.openSource(disk)], program: "test"), to: repository)
    }

    /// Runs a script with `lvm_`, which sees the partitions of images only; their devices are `$devices`.
    @discardableResult
    func withVolumes(_ places: [(image: String, partition: Int)], _ script: String) throws -> String {
        var attach = "set -e; devices=; filter=; trap 'for d in $devices; do losetup -d $d; done' EXIT\n"
        for (image, partition) in places {
            let place = try GrowthFixture.place(partition, of: image)
            attach += """
                d=$(losetup -f --show -o \(place.offset) --sizelimit \(place.length) '\(image)')
                devices="$devices $d"; filter="$filter\\"a|^$d\\$|\\","\n
                """
        }
        return try GrowthFixture.run("\(attach)filter=\"$filter\\\"r|.*|\\\"\"\n\(Self.lvm)\n\(script)")
    }

    /// The checksum of each volume, in the order of their names.
    func sums(_ places: [(image: String, partition: Int)]) throws -> String {
        try withVolumes(
            places,
            """
            for name in $(lvm_ lvs --noheadings -o lv_name vg0 | sort); do
              printf '%s ' $name
              lvm_ lvs --noheadings --segments --sort seg_start_pe -o seg_pe_ranges vg0/$name | while read -r ranges; do
                for range in $ranges; do
                  device=${range%%:*}; first=${range##*:}; last=${first#*-}; first=${first%-*}
                  dd if=$device bs=1M iflag=direct skip=$((first + 1)) count=$((last - first + 1)) status=none
                done
              done | sha256sum
            done
            """)
    }

    /// Image files of these sizes, full of something else.
    func targets(_ mebibytes: [Int]) throws -> [String] {
        try mebibytes.enumerated().map { number, size in
            let path = scratch["target\(number).img"]
            try GrowthFixture.run("head -c \(size << 20) /dev/zero | tr '\\0' Z > '\(path)'")
            return path
        }
    }

    func request(_ targets: [String]) throws -> RestoreRequest {
        let repository = try Repository.open(DirectoryStore(scratch["repository"]))
        let timeline = try repository.timeline(of: "web01")
        let view = try View(repository, host: timeline.host, moment: try #require(timeline.moments.last))
        var request = RestoreRequest(view: view, mapping: targets.map { DiskAssignment(source: 0, target: $0) })
        request.isInterrupted = { false }
        request.split = FitScratch(directory: scratch[""])
        return request
    }

    func restore(to targets: [String]) throws -> RestoreReport {
        try Restore.prepare(request(targets)).run(confirmations: targets)
    }

    func refusal(_ targets: [String], _ change: (inout RestoreRequest) -> Void = { _ in }) throws -> RecoveryError {
        var request = try request(targets)
        change(&request)
        return try #require(throws: RecoveryError.self) {
            _ = try Restore.prepare(request).run(confirmations: targets)
        }
    }
}
