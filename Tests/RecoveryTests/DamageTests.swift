import BlockDevices
import LinuxSystem
import Recovery
import Repository
import Testing

@Suite("Damage and failures")
struct DamageTests {
    /// Nothing may be written when the pre-flight fails.
    private func preflightError(_ host: TestHost) throws -> RecoveryError {
        let target = MemoryDisk("target0", size: host.disks[0].count)
        let error = try #require(throws: RecoveryError.self) {
            _ = try Restore.prepare(host.request(), targets: .memory([target]))
        }
        #expect(!error.wroteAnything)
        #expect(error.message.contains("Nothing was written."))
        #expect(target.writes == 0)
        return error
    }

    @Test(
        "a missing, cut or altered object is found before anything is written",
        arguments: [
            ("missing", "pack"), ("cut", "pack"), ("missing", "index"), ("cut", "index"), ("altered", "index"),
            ("missing", "page"), ("cut", "page"), ("altered", "page"),
        ])
    func preflight(damage: String, object: String) throws {
        let host = try TestHost()
        let path =
            switch object {
            case "pack": try host.files("packs") { !$0.hasSuffix(".index") }[0]
            case "index": try host.files("packs") { $0.hasSuffix(".index") }[0]
            default: try host.files("hosts") { $0.contains("/maps/pages/") }[0]
            }
        switch damage {
        case "missing": try Files.remove(path)
        case "cut":
            let size = try #require(try Files.status(path)).sizeInBytes
            try FileDescriptor(path, [.write]).truncate(to: size - 1)
        default: try Content.damage(path, at: 100)
        }
        let error = try preflightError(host)
        #expect(error.code == .damaged)
        #expect(error.exitStatus == 4)
        let name = try #require(path.split(separator: "/").last).prefix(8)
        #expect(error.message.contains(name), "\(error.message) names the object")
        #expect(error.message.contains("lifeboat verify"))
    }

    @Test("a flipped bit in a pack stops the restore, names frame and bytes, and leaves a disk that does not boot")
    func flippedBit() throws {
        let host = try TestHost()
        let pack = try #require(try host.files("packs").first { !$0.hasSuffix(".index") })
        try Content.damage(pack, at: 1_000_000)
        let target = MemoryDisk("target0", size: host.disks[0].count)
        let prepared = try Restore.prepare(host.request(), targets: .memory([target]))
        let error = try #require(throws: RecoveryError.self) {
            _ = try prepared.run(confirmations: memoryConfirmations)
        }
        #expect(error.code == .damaged)
        #expect(error.wroteAnything)
        let name = try #require(pack.split(separator: "/").last).prefix(8)
        #expect(error.message.contains("Pack \(name) is damaged: frame"))
        #expect(error.message.contains("does not match its digest"))
        #expect(error.message.contains("target0 (Memory, SERIAL-OF-target0) is written up to"))
        #expect(error.message.contains("does not boot"))
        #expect(target.bytes[4_096..<1 << 20].allSatisfy { $0 == 0 }, "no partition table")
    }

    @Test("a bit flipped on the way is damage and never reaches the disk as data")
    func flippedOnTheWay() throws {
        let host = try TestHost([Content.disk(megabytes: 32, seed: 6)])
        let store = FaultyStore(DirectoryStore(host.repositoryPath)) { _, count in count == 2 ? .flip : nil }
        let target = MemoryDisk("target0", size: host.disks[0].count)
        let prepared = try Restore.prepare(host.request(store), targets: .memory([target]))
        let error = try #require(throws: RecoveryError.self) {
            _ = try prepared.run(confirmations: memoryConfirmations)
        }
        #expect(error.code == .damaged)
    }

    // Three requests at least fetch what a disk of 32 MiB needs: the second one always comes.
    @Test("a repository that goes away is reported as unreachable with the state of the disks")
    func unreachable() throws {
        let host = try TestHost([Content.disk(megabytes: 32, seed: 6)])
        let store = FaultyStore(DirectoryStore(host.repositoryPath)) { _, count in
            count >= 2 ? .error(StoreError(.unreachable, "http://backup cannot be reached: timed out.")) : nil
        }
        let target = MemoryDisk("target0", size: host.disks[0].count)
        let prepared = try Restore.prepare(host.request(store), targets: .memory([target]))
        let error = try #require(throws: RecoveryError.self) {
            _ = try prepared.run(confirmations: memoryConfirmations)
        }
        #expect(error.code == .unreachable)
        #expect(error.exitStatus == 5)
        #expect(error.message.contains("cannot be reached") && error.message.contains("does not boot"))
        #expect(error.message.contains("it continues"))
    }

    @Test("a disk that fails at any write fails the restore, and never has a partition table", arguments: 1...12)
    func failingDisk(write: Int) throws {
        let host = try TestHost()
        let target = MemoryDisk("target0", size: host.disks[0].count)
        let total = try {
            let whole = MemoryDisk("target0", size: host.disks[0].count)
            _ = try Restore.prepare(host.request(), targets: .memory([whole])).run(confirmations: memoryConfirmations)
            return whole.writes
        }()
        let failing = write * total / 12
        target.change { $0.failsFromWrite = max(1, failing) }
        let prepared = try Restore.prepare(host.request(), targets: .memory([target]))
        let error = try #require(throws: RecoveryError.self) {
            _ = try prepared.run(confirmations: memoryConfirmations)
        }
        #expect(error.code == .failed)
        #expect(error.exitStatus == 1)
        #expect(error.message.contains("does not boot"))
        #expect(target.bytes.prefix(16 << 10) != host.disks[0].prefix(16 << 10))
    }

    @Test("a bit that the medium lost is found by reading back", arguments: [0, 5_000_000, 2_000_000, 12_582_911])
    func lostBit(offset: Int) throws {
        let host = try TestHost()
        let target = MemoryDisk("target0", size: host.disks[0].count)
        target.change { $0.flipsWhenForgotten = [offset] }
        let prepared = try Restore.prepare(host.request(), targets: .memory([target]))
        let error = try #require(throws: RecoveryError.self) {
            _ = try prepared.run(confirmations: memoryConfirmations)
        }
        #expect(error.code == .failed)
        #expect(error.message.contains("does not hold what was written to it"))
        #expect(error.message.contains("must not be used"))
    }

    @Test("a bit lost behind the source's end is found as well")
    func lostBitBeyond() throws {
        let host = try TestHost()
        let target = MemoryDisk("target0", size: host.disks[0].count + (3 << 20))
        target.change { $0.flipsWhenForgotten = [$0.bytes.count - 700] }
        let prepared = try Restore.prepare(host.request(), targets: .memory([target]))
        #expect(throws: RecoveryError.self) { _ = try prepared.run(confirmations: memoryConfirmations) }
    }
}
