import BlockDevices
import LinuxSystem
import Testing

@Suite("Who uses a disk")
struct DiskUseTests {
    let scratch: ScratchDirectory

    init() throws { scratch = try ScratchDirectory() }

    @Test("a disk with a mounted partition is refused by name of the mount point, and free after unmounting")
    func mountedPartition() throws {
        try image(scratch["m.img"], mebibytes: 32)
        try run("sgdisk", "-n", "1:2048:+8M", "-n", "2:0:+16M", scratch["m.img"])
        let loop = try LoopDevice(over: scratch["m.img"])
        try run("partx", "-a", loop.path)
        try run("mkfs.ext4", "-q", loop.path + "p2")
        do {
            let mount = try Mounted(loop.path + "p2", at: scratch["mount point"])
            #expect(DiskUse.of(loop.path).mounts == [.init(devicePath: loop.path + "p2", mountPoint: mount.path)])
            #expect(DiskUse.of(loop.path + "p1").isFree)
            for open in [{ _ = try RawDisk.openSource($0) }, { _ = try RawDisk.openTarget($0) }]
                as [(String) throws -> Void]
            {
                let error = #expect(throws: BlockDeviceError.self) { try open(loop.path) }
                #expect(error?.code == .inUse)
                #expect(error?.message.contains("mounted at \(mount.path)") == true)
            }
            let disks = try DiskUse.backingDisks(ofPath: mount.path + "/not/there/yet")
            #expect(disks.first?.path == loop.path)
            let scratchDisks = try DiskUse.backingDisks(ofPath: scratch.path)
            #expect(!scratchDisks.isEmpty)
            #expect(Set(disks).isSuperset(of: scratchDisks), "the disk that holds the image holds its files too")
        }
        #expect(DiskUse.of(loop.path).isFree)
        _ = try RawDisk.openTarget(loop.path)
    }

    @Test("an image behind a loop device is no target, but may be read")
    func loopBacking() throws {
        try image(scratch["l.img"], mebibytes: 4)
        let loop = try LoopDevice(over: scratch["l.img"])
        let error = #expect(throws: BlockDeviceError.self) { _ = try RawDisk.openTarget(scratch["l.img"]) }
        #expect(error?.code == .inUse)
        #expect(error?.message.contains("attached as \(loop.path)") == true)
        _ = try RawDisk.openSource(scratch["l.img"])
    }

    @Test("a disk that is swapped to is in use")
    func swap() throws {
        try image(scratch["s.img"], mebibytes: 8)
        let loop = try LoopDevice(over: scratch["s.img"])
        try run("mkswap", loop.path)
        try run("swapon", loop.path)
        let use = DiskUse.of(loop.path)
        let error = #expect(throws: BlockDeviceError.self) { _ = try RawDisk.openSource(loop.path) }
        try run("swapoff", loop.path)
        #expect(use.swaps == [loop.path])
        #expect(error?.message.contains("swapped to") == true)
    }

    @Test("an image or a device that another process has open for writing is no target, and such an image no source")
    func writers() throws {
        try image(scratch["w.img"], mebibytes: 4)
        try image(scratch["d.img"], mebibytes: 4)
        let loop = try LoopDevice(over: scratch["d.img"])
        for path in [scratch["w.img"], loop.path] {
            let child = try ChildProcess(
                ["sh", "-c", "exec 3<>\"$1\"; : >\"$2\"; exec sleep 600", "sh", path, scratch["ready"]])
            while !Files.exists(scratch["ready"]) { Clocks.sleep(nanoseconds: 1_000_000) }
            try Files.remove(scratch["ready"])
            let error = #expect(throws: BlockDeviceError.self) { _ = try RawDisk.openTarget(path) }
            #expect(error?.code == .inUse)
            #expect(error?.message.contains("(\(child.processID))") == true)
            if path == scratch["w.img"] {
                #expect(throws: BlockDeviceError.self) { _ = try RawDisk.openSource(path) }
            }
        }
    }

    @Test("device mapper over md over partitions is looked through, from both ends")
    func stacked() throws {
        let machine = try FakeMachine(scratch.path)
        for (disk, number) in [("sda", 0), ("sdb", 16)] {
            try machine.add(disk, "8:\(number)")
            try machine.add("\(disk)/\(disk)1", "8:\(number + 1)", ["partition": "1"])
        }
        try machine.add("md0", "9:0")
        try machine.add("dm-0", "253:0", ["dm/name": "vg0-root"])
        try machine.stack("sda1", under: "md0")
        try machine.stack("sdb1", under: "md0")
        try machine.stack("md0", under: "dm-0")
        try machine.write("proc/self/mountinfo", "30 1 253:0 / / rw - ext4 /dev/mapper/vg0-root rw\n")
        let disk = try #require(BlockNode(named: "sda", in: machine.tree))
        let use = DiskUse.of(disk, in: machine.tree)
        #expect(use.holders == ["md0", "vg0-root (dm-0)"])
        #expect(use.mounts.map(\.mountPoint) == ["/"])
        #expect(use.description == "mounted at /, held by md0 and vg0-root (dm-0)")
        let root = try #require(BlockNode(named: "dm-0", in: machine.tree))
        #expect(DiskUse.wholeDisks(below: root, in: machine.tree).map(\.name) == ["dm-0", "md0", "sda", "sdb"])
    }

    @Test("mount points with spaces and backslashes are read as they are")
    func escapes() throws {
        let machine = try FakeMachine(scratch.path)
        try machine.add("sda", "8:0")
        try machine.write("proc/self/mountinfo", "30 1 8:0 / /mnt/a\\040b\\134c rw - ext4 /dev/sda rw\n")
        let disk = try #require(BlockNode(named: "sda", in: machine.tree))
        #expect(DiskUse.of(disk, in: machine.tree).mounts.map(\.mountPoint) == ["/mnt/a b\\c"])
    }
}
