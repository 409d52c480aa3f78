import ProgramHarness
import Testing

/// Disks that other people's tools made come back byte for byte, onto targets with a past.
@Suite struct RoundTripTests {
    @Test("a disk with a GPT comes back equal, whatever was on the target before", arguments: [0, 1])
    func sameSize(moment: Int) throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        try SoiledDisk.make("target", bytes: sample.size, in: scratch)
        let time = sample.moments[moment]
        let report = try scratch.restore(from: sample.repository, at: time, to: "target").expecting(0).json()
        #expect(report["isVerified"].bool == true)
        #expect(report["adapted"].list == [])
        let complaints = Judge.complaints(
            captured: sample.disks[moment], restored: try scratch.read("target"), free: sample.free[moment])
        #expect(complaints == [])
        try scratch.sh("sgdisk -v target | grep -q 'No problems found'; e2fsck -fn 'target?offset=1048576' >&2")
        #expect(try scratch.sh("wipefs -n -O OFFSET,TYPE target") == sample.scratch.sh("wipefs -n -O OFFSET,TYPE disk"))
    }

    @Test(
        "on a larger disk the GPT fits its new end and nothing else differs",
        arguments: [25_165_824 + 512, 25_165_824 + 8 * 512, 32 << 20, (40 << 20) + 1536])
    func larger(size: Int) throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        try SoiledDisk.make("target", bytes: size, in: scratch)
        let report = try scratch.restore(from: sample.repository, to: "target").expecting(0).json()
        let adapted = Judge.adapted(report)
        #expect(!adapted.isEmpty)
        let complaints = Judge.complaints(
            captured: sample.disks[1], restored: try scratch.read("target"), free: sample.free[1], adapted: adapted)
        #expect(complaints == [])
        #expect(report["disks"][0]["targetSizeInBytes"].int == size)
        try scratch.sh("sgdisk -v target | grep -q 'No problems found'")
        let partition = "sgdisk -i 1"
        #expect(try scratch.sh("\(partition) target") == sample.scratch.sh("\(partition) disk"))
        try scratch.sh("e2fsck -fn 'target?offset=1048576' >&2")
        #expect(
            try scratch.sh("wipefs -n -O TYPE target | sort -u")
                == sample.scratch.sh("wipefs -n -O TYPE disk | sort -u"))
    }

    @Test("every file has its checksum after a restore into a new image file, in the directory of the program")
    func files() throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        let report = try scratch.restore(from: sample.repository, to: "new.img").expecting(0).json()
        #expect(report["disks"][0]["targetSizeInBytes"].int == sample.size)
        try scratch.sh("mkdir out; debugfs -R 'rdump / out' 'new.img?offset=1048576' 2>&1; rmdir out/lost+found")
        #expect(try scratch.sh("sums out") == sample.scratch.sh("sums src"))
        #expect(try scratch.sh("sums out | wc -l") == "61")
    }

    @Test("several disks of one moment come back together, by their numbers, in any order")
    func severalDisks() throws {
        let scratch = try Scratch()
        let repository = try scratch.newRepository()
        let sizes = [3 << 20, (5 << 20) + 512, 8 << 20]
        var disks: [[UInt8]] = []
        for (number, size) in sizes.enumerated() {
            var bytes = [UInt8](repeating: 0, count: size)
            bytes.replaceSubrange(0..<1 << 20, with: Disk.random(1 << 20, seed: UInt64(number + 1)))
            bytes.replaceSubrange(size - 4096..<size, with: Disk.random(4096, seed: UInt64(number + 9)))
            try Disk.write(bytes, to: scratch("disk\(number)"))
            disks.append(bytes)
        }
        try scratch.capture("disk0", "disk1", "disk2")
        for number in 0..<3 { try SoiledDisk.make("t\(number)", bytes: sizes[number] + (number << 20), in: scratch) }
        let outcome = try scratch.lifeboat(
            "restore", "web01", "--repository", repository, "--disk", "2=t2", "--disk", "0=t0", "--disk", "1=t1",
            "--confirm", "t0", "--confirm", "t2", "--confirm", "t1", "--json")
        let report = try outcome.expecting(0).json()
        #expect(report["disks"].list.compactMap { $0["source"].int } == [2, 0, 1])
        for number in 0..<3 {
            let restored = try scratch.read("t\(number)")
            #expect(restored.count == sizes[number] + (number << 20))
            #expect(Judge.complaints(captured: disks[number], restored: restored) == [], "disk \(number)")
        }
    }

    @Test("a subset of the disks can be restored, and the rest is named as not restored")
    func subset() throws {
        let scratch = try Scratch()
        let repository = try scratch.newRepository()
        for number in 0..<2 {
            try Disk.write(Disk.random(1 << 20, seed: UInt64(number + 3)), to: scratch("disk\(number)"))
        }
        try scratch.capture("disk0", "disk1")
        let outcome = try scratch.lifeboat(
            "restore", "web01", "--repository", repository, "--disk", "1=t", "--confirm", "t", "--json")
        let report = try outcome.expecting(0).json()
        #expect(report["warnings"].list.contains { $0.text?.contains("disk 0") == true })
        #expect(try scratch.read("t") == scratch.read("disk1"))
    }

    @Test("disks of all sizes and contents", arguments: [512, 1024, 4096, 4608, 1_048_064, 1_048_576, 3_000_320])
    func sizes(size: Int) throws {
        let scratch = try Scratch()
        let repository = try scratch.newRepository()
        try Disk.write(Disk.random(size, seed: UInt64(size)), to: scratch("full"))
        try Disk.write([UInt8](repeating: 0, count: size), to: scratch("zeros"))
        try scratch.sh("truncate -s \(size) hole")
        let report = try scratch.capture("full", "zeros", "hole")
        #expect(report["dataBytes"].int == size)
        let words = ["full", "zeros", "hole"].enumerated().flatMap { ["--disk", "\($0.offset)=t-\($0.element)"] }
        for name in ["full", "zeros", "hole"] {
            try Disk.write([UInt8](repeating: 0xA5, count: size + 512), to: scratch("t-\(name)"))
        }
        let confirmations = ["--confirm", "t-full", "--confirm", "t-zeros", "--confirm", "t-hole"]
        let outcome = try scratch.lifeboat(["restore", "web01", "--repository", repository] + words + confirmations)
        _ = try outcome.expecting(0)
        for name in ["full", "zeros", "hole"] {
            let complaints = Judge.complaints(captured: try scratch.read(name), restored: try scratch.read("t-\(name)"))
            #expect(complaints == [], "\(name)")
        }
    }
}
