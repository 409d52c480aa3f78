import Recovery
import Repository
import Testing

@Suite("Throughput")
struct ThroughputProbeTests {
    @Test("everything a small moment has is read once, and counted")
    func whole() throws {
        let host = try TestHost([Content.disk(megabytes: 32, seed: 8)])
        let plan = try Restore.prepare(
            host.request(), targets: .memory([MemoryDisk("target0", size: host.disks[0].count)])
        ).plan
        let result = try ThroughputProbe.run(host.view(), seconds: 60)
        #expect(result.bytes == plan.fetchBytes && result.requests > 0 && result.bytesPerSecond > 0)
    }

    @Test("it ends when its time is over or it is stopped; a moment without data is said")
    func ends() throws {
        let host = try TestHost()
        #expect(try ThroughputProbe.run(host.view(), seconds: 0).bytes == 0)
        #expect(try ThroughputProbe.run(host.view(), isInterrupted: { true }).bytes == 0)
        let empty = try TestHost([[UInt8](repeating: 0, count: 4 << 20)])
        #expect(throws: RepositoryError.self) { try ThroughputProbe.run(empty.view()) }
    }
}
