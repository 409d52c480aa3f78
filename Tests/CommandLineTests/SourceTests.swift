import ProgramHarness
import Testing

/// Disks in whatever they are kept: image formats, devices, sectors of 4096 bytes.
@Suite struct SourceTests {
    @Test(
        "an image of another program is captured as the disk that it holds",
        arguments: [
            ("qcow2", ""), ("vpc", "-o force_size=on"), ("vpc", "-o force_size=on,subformat=fixed"), ("vhdx", ""),
            ("vmdk", ""),
        ])
    func image(format: String, options: String) throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        let repository = try sample.copy(into: scratch)
        try scratch.sh("qemu-img convert -f raw -O \(format) \(options) '\(sample.scratch("disk"))' image.x")
        let sum = try scratch.sh("sha256sum image.x")
        let report = try scratch.capture("image.x", host: "vm", to: repository)
        // The same bytes lie in the repository already.
        #expect(report["newBytes"].int == 0, "\(report)")
        #expect(report["diskBytes"].int == sample.size)
        try SoiledDisk.make("t", bytes: sample.size, in: scratch)
        _ = try scratch.restore("vm", from: repository, to: "t").expecting(0)
        #expect(
            Judge.complaints(captured: sample.disks[1], restored: try scratch.read("t"), free: sample.free[1]) == [])
        #expect(try scratch.sh("sha256sum image.x") == sum)
    }

    @Test("a damaged or cut-off image is refused, and nothing becomes visible", arguments: ["qcow2", "vmdk", "vhdx"])
    func damagedImage(format: String) throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        let repository = try scratch.newRepository()
        try scratch.sh("qemu-img convert -f raw -O \(format) '\(sample.scratch("disk"))' image; truncate -s 1M image")
        let outcome = try scratch.lifeboat("capture", "--repository", repository, "--host", "vm", "image")
        #expect([1, 3].contains(outcome.status) && outcome.errors.contains("image"), "\(outcome)")
        #expect(try scratch.lifeboat("hosts", "--repository", repository, "--json").expecting(0).json().list == [])
    }

    @Test("a loop device is captured and restored to a loop device, named by its size in bytes")
    func loopDevices() throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        let repository = try sample.copy(into: scratch)
        try scratch.sh("cp '\(sample.scratch("disk"))' disk")
        let source = try scratch.loop("disk", "--read-only")
        let report = try scratch.capture(source, host: "device", to: repository)
        #expect(report["newBytes"].int == 0)
        let size = sample.size + 5 * 4096
        try SoiledDisk.make("t", bytes: size, in: scratch)
        let target = try scratch.loop("t")
        let restored = try scratch.restore("device", from: repository, to: target, confirm: "\(size)").expecting(0)
            .json()
        #expect(restored["disks"][0]["verifiedBytes"].int == size)
        let complaints = Judge.complaints(
            captured: sample.disks[1], restored: try Disk.read(target), free: sample.free[1],
            adapted: Judge.adapted(restored))
        #expect(complaints == [])
        try scratch.sh("sgdisk -v \(target) | grep -q 'No problems found'")
    }

    @Test("a disk with sectors of 4096 bytes comes back on another one, larger too, and not on one with other sectors")
    func largeSectors() throws {
        let scratch = try Scratch()
        let repository = try scratch.newRepository()
        try scratch.sh("garbage disk 25165824")
        let source = try scratch.loop("disk", "--sector-size 4096")
        try scratch.sh(
            "sgdisk -n 1:256:+8M \(source) > .log; head -c 3000000 /dev/urandom | dd of=\(source) bs=4096 seek=256 status=none"
        )
        let captured = try Disk.read(source)
        try scratch.capture(source)
        for size in [captured.count, 32 << 20] {
            let name = "t\(size)"
            try Disk.write([UInt8](repeating: 0xA5, count: size), to: scratch(name))
            let target = try scratch.loop(name, "--sector-size 4096")
            let report = try scratch.restore(from: repository, to: target, confirm: "\(size) \(target)").expecting(0)
                .json()
            let restored = try Disk.read(target)
            try scratch.sh("sgdisk -v \(target) | grep -q 'No problems found'")
            // Header and backup of a GPT take one sector, and one and its entries: of 4096 bytes here.
            var expected = captured + [UInt8](repeating: 0, count: size - captured.count)
            let adapted = Judge.adapted(report)
            #expect(adapted.isEmpty == (size == captured.count))
            let allowed = [0..<8192, captured.count - 5 * 4096..<captured.count, size - 5 * 4096..<size]
            for range in adapted {
                #expect(
                    allowed.contains { $0.lowerBound <= range.lowerBound && range.upperBound <= $0.upperBound },
                    "\(range)")
                expected.replaceSubrange(range, with: restored[range])
            }
            #expect(expected == restored)
        }
        try SoiledDisk.make("small", bytes: 33 << 20, in: scratch)
        let other = try scratch.loop("small")
        let before = try Disk.read(other)
        let outcome = try scratch.restore(from: repository, to: other, confirm: "\(33 << 20) \(other)")
        #expect(outcome.status == 3, "\(outcome)")
        for word in ["512", "4096", "Nothing was written."] { #expect(outcome.errors.contains(word), "\(outcome)") }
        #expect(try Disk.read(other) == before)
    }
}
