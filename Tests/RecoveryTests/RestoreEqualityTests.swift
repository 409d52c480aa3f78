import BlockDevices
import Recovery
import Repository
import Testing

@Suite("Restored disks")
struct RestoreEqualityTests {
    private func restore(
        _ host: TestHost, to targets: [MemoryDisk], _ change: (inout RestoreRequest) -> Void = { _ in }
    ) throws -> RestoreReport {
        var request = try host.request()
        change(&request)
        return try Restore.prepare(request, targets: .memory(targets)).run(confirmations: memoryConfirmations)
    }

    @Test("a soiled target equals the captured disk byte for byte, with zeros where it had none")
    func equality() throws {
        let host = try TestHost()
        let target = MemoryDisk("target0", size: host.disks[0].count)
        let report = try restore(host, to: [target])
        #expect(target.bytes == host.disks[0])
        #expect(report.isVerified)
        #expect(report.adapted.isEmpty)
        #expect(report.disks[0].verifiedBytes == UInt64(host.disks[0].count))
        #expect(report.disks[0].writtenBytes == report.disks[0].dataBytes)
        #expect(report.disks[0].dataBytes + report.disks[0].zeroedBytes == UInt64(host.disks[0].count))
    }

    @Test("a larger target is zero behind the source's end, down to its last sector")
    func larger() throws {
        let host = try TestHost()
        let size = host.disks[0].count + (5 << 20) + 512
        let target = MemoryDisk("target0", size: size)
        let report = try restore(host, to: [target])
        #expect(target.bytes == host.expected(size: size))
        #expect(report.disks[0].verifiedBytes == UInt64(size))
    }

    @Test("disks smaller than what is held back, and of odd sizes", arguments: [512, 4096, 1 << 20, (2 << 20) + 1536])
    func small(size: Int) throws {
        let host = try TestHost([Content.random(size, seed: 3)])
        let target = MemoryDisk("target0", size: size)
        _ = try restore(host, to: [target])
        #expect(target.bytes == host.disks[0])
    }

    @Test(
        "several disks go each to its own target, also when the map is inverted in many passes", arguments: [3, 1_000])
    func severalDisks(budget: Int) throws {
        let host = try TestHost((0..<3).map { Content.disk(megabytes: 8, seed: UInt64($0 * 10)) })
        let targets = (0..<3).map { MemoryDisk("target\($0)", size: 8 << 20) }
        let report = try restore(host, to: targets) { $0.scatterBudget = budget }
        for number in 0..<3 { #expect(targets[number].bytes == host.disks[number]) }
        #expect(report.disks.map(\.source) == [0, 1, 2])
    }

    @Test("a subset of the disks is restored with a warning that names the others")
    func subset() throws {
        let host = try TestHost((0..<2).map { Content.disk(megabytes: 4, seed: UInt64($0)) })
        var request = try host.request(disks: 0)
        request.mapping = [DiskAssignment(source: 1, target: "target1")]
        let target = MemoryDisk("target1", size: 4 << 20)
        let prepared = try Restore.prepare(request, targets: .memory([target]))
        #expect(prepared.plan.warnings.contains { $0.contains("disk 0") && $0.contains("not restored") })
        let report = try prepared.run(confirmations: memoryConfirmations)
        #expect(target.bytes == host.disks[1])
        #expect(report.warnings == prepared.plan.warnings)
    }

    @Test("sectors of 4096 bytes are restored to sectors of 4096 bytes")
    func largeSectors() throws {
        let host = try TestHost([Content.disk(megabytes: 8, seed: 5)], sectorSize: 4096)
        let target = MemoryDisk("target0", size: 9 << 20, sectorSize: 4096)
        _ = try restore(host, to: [target])
        #expect(target.bytes == host.expected(size: 9 << 20))
    }

    @Test("the partition table's sectors reach the disk after everything else")
    func order() throws {
        let host = try TestHost()
        let target = MemoryDisk("target0", size: host.disks[0].count)
        _ = try restore(host, to: [target])
        let offsets = target.change { $0.offsets }
        #expect(offsets.prefix(2) == [0, 0], "the old table is cleared first, then a note says what is going on")
        #expect(offsets.suffix(2) == [4096, 0], "the new one is written last, and takes the note's place")
        #expect(offsets.dropFirst(2).dropLast(2).allSatisfy { $0 >= 1 << 20 })
    }

    @Test("an image file is created, equal, and without room for what is zero")
    func imageFile() throws {
        let host = try TestHost()
        let path = host.scratch["restored.img"]
        var request = try host.request()
        request.mapping = [DiskAssignment(source: 0, target: path)]
        let prepared = try Restore.prepare(request)
        #expect(prepared.plan.disks[0].target.kind == .newFile)
        _ = try prepared.run(confirmations: [path])
        #expect(try Content.read(path) == host.disks[0])
    }

    @Test("an existing, soiled image file becomes equal")
    func soiledFile() throws {
        let host = try TestHost()
        let path = host.scratch["soiled.img"]
        try Content.write([UInt8](repeating: 0xa5, count: host.disks[0].count + (1 << 20)), to: path)
        var request = try host.request()
        request.mapping = [DiskAssignment(source: 0, target: path)]
        _ = try Restore.prepare(request).run(confirmations: [path])
        #expect(try Content.read(path) == host.expected(size: host.disks[0].count + (1 << 20)))
    }
}
