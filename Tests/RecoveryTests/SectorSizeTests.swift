import BlockDevices
import LinuxSystem
import Recovery
import Repository
import Testing

/// 512n, 512e and 4Kn: what fits, what is refused, and that what is refused is not touched.
@Suite("Sector sizes")
struct SectorSizeTests {
    private static let size = 16 << 20

    /// A disk with a GPT in sectors of a size, with data in its partition.
    private func disk(_ sectorSize: Int) throws -> [UInt8] {
        let scratch = try ScratchDirectory()
        try Content.write([UInt8](repeating: 0, count: Self.size), to: scratch["disk.img"])
        do {
            let loop = try LoopDevice(over: scratch["disk.img"], sectorSize: sectorSize)
            defer { extendLifetime(loop) }
            let made = try ChildProcess.run(["sgdisk", "-n", "1:\((1 << 20) / sectorSize):+8M", loop.path])
            try #require(made.status.isSuccess, "\(made.errorText)")
        }
        var bytes = try Content.read(scratch["disk.img"])
        bytes.replaceSubrange(2 << 20..<6 << 20, with: Content.random(4 << 20, seed: 9))
        return bytes
    }

    private func request(_ host: TestHost, to path: String) throws -> RestoreRequest {
        var request = try host.request()
        request.mapping = [DiskAssignment(source: 0, target: path)]
        return request
    }

    /// Restores to a loop device over an image full of 0xA5; returns the image afterwards, or the refusal.
    private func restore(_ host: TestHost, sectorSize: Int) throws -> Result<[UInt8], RecoveryError> {
        let image = host.scratch["target\(sectorSize).img"]
        let size = Self.size + 4096 * 5
        try Content.write([UInt8](repeating: 0xa5, count: size), to: image)
        let loop = try LoopDevice(over: image, sectorSize: sectorSize)
        do {
            let prepared = try Restore.prepare(request(host, to: loop.path))
            _ = try prepared.run(confirmations: ["\(size)", "\(size) \(loop.path)"])
            return .success(try Content.read(image))
        } catch let error as RecoveryError {
            #expect(try Content.read(image) == [UInt8](repeating: 0xa5, count: size), "it was touched")
            return .failure(error)
        }
    }

    @Test(
        "a device with other logical sectors is refused in words and not touched, in both directions",
        arguments: [(512, 4096), (4096, 512)])
    func refused(from source: Int, to target: Int) throws {
        let host = try TestHost([Content.random(Self.size, seed: 1)], sectorSize: source)
        guard case .failure(let error) = try restore(host, sectorSize: target) else {
            Issue.record("restored")
            return
        }
        #expect(error.reason == .sectorSizes && !error.wroteAnything)
        #expect(
            error.message.contains(
                "its logical sectors have \(target) bytes and those of disk 0 of web01 had \(source)"))
        #expect(error.message.contains("Nothing was written."))
    }

    @Test("an image whose table is in sectors of 4096 bytes fits a device with these, and is refused on one with 512")
    func image() throws {
        // Captured as an image before its table was looked at: the record says 512.
        let bytes = try disk(4096)
        let host = try TestHost([bytes])
        guard case .failure(let error) = try restore(host, sectorSize: 512) else {
            Issue.record("restored where it cannot start")
            return
        }
        #expect(error.reason == .sectorSizes)
        #expect(error.message.contains("the partition table of disk 0 of web01, an image, counts in blocks of 4096"))
        guard case .success(let restored) = try restore(host, sectorSize: 4096) else {
            Issue.record("refused where it starts")
            return
        }
        // All but the GPT, which was fitted to the larger disk.
        #expect(restored[1 << 20..<12 << 20] == bytes[1 << 20..<12 << 20])
        let path = host.scratch["restored.img"]
        try Content.write(restored, to: path)
        let loop = try LoopDevice(over: path, sectorSize: 4096)
        let verdict = try ChildProcess.run(["sgdisk", "-v", loop.path])
        #expect(String(decoding: verdict.output, as: UTF8.self).contains("No problems found"))
    }

    @Test("an image as target takes both, and the plan says how a disk with sectors of 4096 bytes has to be attached")
    func file() throws {
        for sectorSize in [512, 4096] {
            let host = try TestHost([try disk(sectorSize)])
            let plan = try Restore.prepare(request(host, to: host.scratch["new.img"])).plan
            #expect(plan.warnings.contains { $0.contains("sectors of 4096 bytes") } == (sectorSize == 4096))
        }
    }

    @Test("larger physical sectors (512e) are a warning of speed and nothing else")
    func emulated() throws {
        let host = try TestHost([Content.random(1 << 20, seed: 1)])
        let target = MemoryDisk("target0", size: 1 << 20)
        let plan = try Restore.prepare(
            host.request(), targets: .memory([target]) { $0.geometry.physicalSectorSize = 4096 }
        ).plan
        #expect(plan.warnings.filter { $0.contains("physical sectors of 4096 bytes") }.count == 1)
    }

    @Test("the adaptation reads the table of an image in the sectors that it has")
    func adapted() throws {
        let scratch = try ScratchDirectory()
        for sectorSize in [512, 4096] {
            try Content.write(try disk(sectorSize), to: scratch["disk.img"])
            let machine = try TargetMachine.current(disks: [scratch["disk.img"]])
            #expect(machine.disks.map(\.logicalSectorSize) == [sectorSize])
        }
    }
}
