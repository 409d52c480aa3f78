import BlockDevices
import Recovery
import Repository
import Testing

@Suite("Comparison of disks with a moment")
struct DiskComparisonTests {
    private static func compare(
        _ host: TestHost, _ disks: [MemoryDisk], isInterrupted: @escaping @Sendable () -> Bool = { false }
    ) throws -> ComparisonReport {
        try DiskComparison.run(
            host.view(), disks.indices.map { DiskAssignment(source: UInt32($0), target: "target\($0)") },
            open: { path throws(BlockDeviceError) in
                guard let disk = disks.first(where: { $0.name == path }) else {
                    throw BlockDeviceError(.notFound, "There is no \(path).")
                }
                return disk
            }, isInterrupted: isInterrupted)
    }

    @Test("a disk that holds the moment is the same, also a larger one, and nothing is written")
    func same() throws {
        let host = try TestHost([Content.disk(megabytes: 12, seed: 7), Content.disk(megabytes: 5, seed: 8)])
        let larger = MemoryDisk("target1", host.disks[1] + [UInt8](repeating: 0x5a, count: 1 << 20))
        let disks = [MemoryDisk("target0", host.disks[0]), larger]
        let report = try Self.compare(host, disks)
        #expect(report.isEqual && report.disks.map(\.places) == [[], []])
        #expect(disks.allSatisfy { $0.writes == 0 })
        #expect(
            report.lines(partitions: [:]).filter { $0.hasSuffix("THE SAME in all that the moment holds") }.count == 2)
    }

    @Test(
        "one flipped bit is found wherever it is, and located", arguments: [0, 511, 1 << 20, 5_000_000, (12 << 20) - 1])
    func oneBit(offset: Int) throws {
        let host = try TestHost()
        var bytes = host.disks[0]
        bytes[offset] ^= 0x10
        let report = try Self.compare(host, [MemoryDisk("target0", bytes)])
        let disk = try #require(report.disks.first)
        #expect(!report.isEqual && disk.places.count == 1)
        let place = try #require(disk.places.first)
        #expect((place.offset..<place.offset + place.length).contains(UInt64(offset)))
        #expect(disk.differentBytes == place.length && place.length <= 4 << 20)
        let partition = DiskContents.Partition(
            number: 2, startInBytes: 1 << 20, sizeInBytes: 4 << 20, type: "")
        let lines = report.lines(partitions: [0: [partition]])
        let isInside = (1 << 20..<5 << 20).contains(Int(place.offset))
        #expect(lines.contains { $0.hasPrefix("    \(isInside ? "partition 2" : "outside of partitions"): 1 places") })
    }

    @Test("an empty disk differs in all data, and all of it is counted")
    func empty() throws {
        let host = try TestHost()
        let report = try Self.compare(host, [MemoryDisk("target0", size: host.disks[0].count, fill: 0)])
        let disk = try #require(report.disks.first)
        #expect(disk.differentBytes > 1 << 20)
        #expect(disk.places.reduce(0) { $0 + $1.length } == disk.differentBytes && disk.areAllPlacesListed)
        #expect(zip(disk.places, disk.places.dropFirst()).allSatisfy { $0.offset + $0.length < $1.offset })
    }

    @Test("a disk that is too small or not there is refused; a stop is no report")
    func refused() throws {
        let host = try TestHost()
        let code = { (body: () throws -> Void) -> RecoveryError.Code? in
            do { try body() } catch { return (error as? RecoveryError)?.code }
            return nil
        }
        #expect(code { _ = try Self.compare(host, [MemoryDisk("target0", size: 1 << 20)]) } == .refused)
        #expect(code { _ = try Self.compare(host, [MemoryDisk("other", host.disks[0])]) } == .refused)
        let disk = MemoryDisk("target0", host.disks[0])
        #expect(code { _ = try Self.compare(host, [disk], isInterrupted: { true }) } == .interrupted)
    }
}
