import BlockDevices
import Buffers
import DiskImages
import Glibc
import LinuxSystem
import Synchronization
import Testing

@Suite(.serialized)
struct ReadTests {
    struct Case: CustomTestStringConvertible {
        var format: ImageFormat
        /// Makes `i` from the raw disk `disk`.
        var script: String
        var testDescription: String { script }
    }

    static let convert = "qemu-img convert -f raw disk -O "
    static let cases: [Case] = [
        Case(format: .qcow2, script: convert + "qcow2 i"),
        Case(format: .qcow2, script: convert + "qcow2 -c -o cluster_size=4k i"),
        Case(format: .qcow2, script: convert + "qcow2 base; qemu-img create -q -f qcow2 -b base -F qcow2 i"),
        Case(format: .qcow2, script: convert + "qcow2 i; qemu-img snapshot -c before i; mv i i.raw; ln -s i.raw i"),
        Case(format: .vhd, script: convert + "vpc -o subformat=dynamic,force_size=on i"),
        Case(format: .vhd, script: convert + "vpc -o subformat=dynamic i"),
        Case(format: .vhd, script: convert + "vpc -o subformat=fixed,force_size=on i"),
        Case(format: .vhdx, script: convert + "vhdx -o subformat=dynamic i"),
        Case(format: .vhdx, script: convert + "vhdx -o subformat=fixed i"),
        Case(format: .vmdk, script: convert + "vmdk -o subformat=monolithicSparse i"),
        Case(format: .vmdk, script: convert + "vmdk -o subformat=twoGbMaxExtentSparse i"),
        Case(format: .vmdk, script: convert + "vmdk -o subformat=monolithicFlat i"),
        Case(format: .vmdk, script: convert + "vmdk -o subformat=streamOptimized i"),
        Case(format: .raw, script: "cp --sparse=always disk i"),
        Case(format: .raw, script: "cp disk i.qcow2; ln -s i.qcow2 i"),
    ]

    /// 48 MiB: data, zeros written, a hole, scattered sectors, data at the very end.
    static let pattern = """
        truncate -s 48M disk; head -c 5M /dev/urandom | dd of=disk conv=notrunc status=none
        dd if=/dev/zero of=disk bs=1M seek=6 count=3 conv=notrunc status=none
        for s in 40001 50003 60007; do head -c 512 /dev/urandom | dd of=disk bs=512 seek=$s conv=notrunc status=none; done
        head -c 70000 /dev/urandom | dd of=disk bs=1 seek=$((48 * 1048576 - 70000)) conv=notrunc status=none

        """

    @Test("an image reads as the disk it was made from, whatever its format", arguments: cases)
    func equal(_ test: Case) throws {
        let scratch = try Scratch()
        try scratch.run(Self.pattern + test.script + " >&2")
        let plain = try Files.contents(of: scratch.path + "/disk", limit: 48 << 20)
        #expect(try ImageFormat.detect(scratch.path + "/i") == test.format)
        let disk = try DiskImages.open(scratch.path + "/i")
        #expect(disk.name == scratch.path + "/i")
        #expect((disk is ImageSource) == (test.format != .raw))
        let size = Int(disk.geometry.sizeInBytes)
        // A VHD rounds up to whole cylinders; what is added reads as zeros.
        #expect(size >= plain.count && size < plain.count + 1 << 20)
        let bytes = try contents(of: disk)
        #expect(memcmp(bytes, plain, plain.count) == 0)
        #expect(isZero(bytes, plain.count..<bytes.count))
        try checkMap(of: disk, against: bytes)
    }

    /// Everything outside the data is zeros.
    private func checkMap(of disk: any BlockSource, against bytes: [UInt8]) throws {
        let size = disk.geometry.sizeInBytes
        var position: UInt64 = 0
        var data: UInt64 = 0
        while position < size {
            let next = try disk.nextData(in: position..<size)
            let gap = position..<(next?.lowerBound ?? size)
            #expect(isZero(bytes, Int(gap.lowerBound)..<Int(gap.upperBound)), "\(gap) is not zeros")
            data += UInt64(next?.count ?? 0)
            position = next?.upperBound ?? size
        }
        #expect(data >= 5 << 20)
        #expect(try disk.nextData(in: 10..<10) == nil)
    }

    /// The C library's comparison: a loop over 48 MiB takes seconds in a debug build.
    private func isZero(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        bytes.withUnsafeBytes { all in
            guard !range.isEmpty, let start = all.baseAddress.map({ $0 + range.lowerBound }) else { return true }
            return all[range.lowerBound] == 0 && memcmp(start, start + 1, range.count - 1) == 0
        }
    }

    @Test("holes of a sparse image are told, so that a capture does not read them")
    func holes() throws {
        let scratch = try Scratch()
        try scratch.run(Self.pattern + Self.convert + "qcow2 i")
        let disk = try DiskImages.open(scratch.path + "/i")
        #expect(try disk.nextData(in: 10 << 20..<12 << 20) == nil)
        let first = try #require(try disk.nextData(in: 0..<48 << 20))
        #expect(first.lowerBound == 0 && first.upperBound <= 6 << 20)
    }

    @Test("several threads read one image at once, each its own bytes")
    func concurrent() throws {
        let scratch = try Scratch()
        try scratch.run(Self.pattern + Self.convert + "vhdx i")
        let plain = try Files.contents(of: scratch.path + "/disk", limit: 48 << 20)
        let disk = try DiskImages.open(scratch.path + "/i")
        let wrong = Mutex<[String]>([])
        let threads = try (0..<8).map { number in
            try WorkerThread("reader \(number)") {
                let buffer = AlignedBuffer(capacity: 65536).all
                for step in 0..<60 {
                    let offset = (step * 8 + number) * 65536 % (5 << 20)
                    do {
                        try disk.read(into: buffer, at: UInt64(offset))
                        let isEqual = buffer.withBytes { $0.elementsEqual(plain[offset..<offset + 65536]) }
                        if !isEqual { wrong.withLock { $0.append("differs at \(offset)") } }
                    } catch {
                        wrong.withLock { $0.append("\(error)") }
                    }
                }
            }
        }
        for thread in threads { thread.join() }
        #expect(wrong.withLock { $0 } == [])
    }

    @Test("the server ends with its source, and leaves nothing behind")
    func serverEnds() throws {
        let scratch = try Scratch()
        try scratch.run(Self.pattern + Self.convert + "qcow2 i")
        let servers = { try scratch.run("grep -lsa '[q]emu-nbd.*\(scratch.path)' /proc/[0-9]*/cmdline || true") }
        let directories = { try Files.names(in: "/run").filter { $0.hasPrefix("lifeboat-image-") } }
        let before = try directories()
        var disk: (any BlockSource)? = try DiskImages.open(scratch.path + "/i")
        #expect(try !servers().isEmpty)
        #expect(try directories().count == before.count + 1)
        #expect((disk as? ImageSource)?.files == [scratch.path + "/i"])
        disk = nil
        #expect(try servers().isEmpty)
        #expect(try directories() == before)
    }

    @Test("a read that leaves the disk is refused")
    func outOfBounds() throws {
        let scratch = try Scratch()
        try scratch.run(Self.pattern + Self.convert + "qcow2 i")
        let disk = try DiskImages.open(scratch.path + "/i")
        let buffer = AlignedBuffer(capacity: 4096).all
        for offset in [UInt64(48 << 20) - 4095, 48 << 20, .max] {
            let error = #expect(throws: BlockDeviceError.self) { try disk.read(into: buffer, at: offset) }
            #expect(error?.code == .outOfBounds)
        }
    }

    private func contents(of disk: any BlockSource) throws -> [UInt8] {
        let buffer = AlignedBuffer(capacity: Int(disk.geometry.sizeInBytes)).all
        try disk.read(into: buffer, at: 0)
        return buffer.withBytes { Array($0) }
    }
}
