import Recovery
import Repository
import RepositoryFormat
import Testing

@Suite("Power cuts in the middle of a restore")
struct PowerCutTests {
    /// Restores to `disk` until its power fails.
    private static func restore(_ host: TestHost, to disk: PowerCutDisk) throws {
        let prepared = try Restore.prepare(host.request(), targets: .memory([disk]))
        // The number of writes may be one more or less each time: then it is complete.
        do throws(RecoveryError) {
            _ = try prepared.run(confirmations: memoryConfirmations)
            #expect(disk.afterPowerCut(seed: 0) == host.disks[0])
        } catch { #expect(error.wroteAnything, "\(error)") }
    }

    /// How many writes a whole restore makes.
    private static func writes(_ host: TestHost, old: [UInt8]) throws -> Int {
        let disk = PowerCutDisk("target0", old, cutAtWrite: .max)
        _ = try Restore.prepare(host.request(), targets: .memory([disk])).run(confirmations: memoryConfirmations)
        return disk.writes
    }

    @Test("at any write: the disk says so at its start or does not boot, and the restore that continues makes it whole")
    func everyCut() throws {
        let host = try TestHost([Content.disk(megabytes: 24, seed: 12)])
        let old = [UInt8](repeating: 0xa5, count: host.disks[0].count)
        let count = try Self.writes(host, old: old)
        #expect(count > 12)
        // Each at the beginning and the end, where the order counts, and some between.
        let cuts = Set(1...6).union((count - 6)...count).union(stride(from: 7, to: count, by: max(1, count / 8)))
        var noted = 0
        for cut in cuts.sorted() {
            let disk = PowerCutDisk("target0", old, cutAtWrite: cut)
            try Self.restore(host, to: disk)
            for seed in 1...3 as ClosedRange<UInt64> {
                let found = disk.afterPowerCut(seed: seed &+ UInt64(cut) &* 7_919)
                // A torn note is none.
                let note = try? RestoreNote.decode(found)
                if let note {
                    noted += 1
                    #expect(note.host == "web01")
                    #expect(found[510] != 0x55 || found[511] != 0xaa)
                    #expect(found != host.disks[0])
                }
                // While the place of the boot sector holds what was restored, everything behind it is there.
                if found[..<512] == host.disks[0][..<512] {
                    #expect(found[4_096...] == host.disks[0][4_096...], "cut \(cut), seed \(seed)")
                }
                let again = MemoryDisk("target0", found)
                let report = try Restore.prepare(
                    host.request(), targets: .memory([again]) { $0.interrupted = note }
                ).run(confirmations: memoryConfirmations)
                #expect(again.bytes == host.disks[0], "cut \(cut), seed \(seed)")
                #expect(note == nil || report.comparedFirst)
            }
        }
        #expect(noted > cuts.count)
    }

    @Test("with little written all of it is kept: what the note says is compared, not sampled")
    func early() throws {
        let host = try TestHost([Content.disk(megabytes: 48, seed: 13)])
        let target = MemoryDisk("target0", size: host.disks[0].count)
        let looks = Looks()
        var request = try host.request()
        request.isInterrupted = { target.writtenDataBytes > 1 << 19 && looks.next() > 0 }
        #expect(throws: RecoveryError.self) {
            _ = try Restore.prepare(request, targets: .memory([target])).run(confirmations: memoryConfirmations)
        }
        let note = try #require(try RestoreNote.decode(target.bytes))
        let before = target.writtenDataBytes
        let report = try Restore.prepare(host.request(), targets: .memory([target]) { $0.interrupted = note })
            .run(confirmations: memoryConfirmations)
        #expect(report.comparedFirst && target.bytes == host.disks[0])
        let disk = report.disks[0]
        #expect(disk.alreadyRightBytes > 0 && disk.alreadyRightBytes + disk.writtenBytes == disk.dataBytes)
        #expect(target.writtenDataBytes - before < disk.writtenBytes + (3 << 20))
    }

    @Test("a note of another moment or host does not make a soiled disk be compared")
    func foreign() throws {
        let host = try TestHost()
        let note = RestoreNote(
            host: "db", position: Position(epoch: 1, sequence: 1), time: 0, repository: "/r", begun: 0, source: 0,
            disks: [.init(source: 0, target: nil)], total: 1)
        let soiled = MemoryDisk("target0", size: host.disks[0].count)
        let report = try Restore.prepare(host.request(), targets: .memory([soiled]) { $0.interrupted = note })
            .run(confirmations: memoryConfirmations)
        #expect(!report.comparedFirst && soiled.bytes == host.disks[0])
    }

    @Test("two disks: each names itself and the other, and none has a note at the end")
    func two() throws {
        let host = try TestHost([Content.disk(megabytes: 12, seed: 7), Content.disk(megabytes: 12, seed: 9)])
        let targets = host.disks.indices.map { MemoryDisk("target\($0)", size: host.disks[$0].count) }
        let looks = Looks()
        var request = try host.request()
        request.isInterrupted = { targets.allSatisfy { $0.writes > 3 } && looks.next() > 0 }
        #expect(throws: RecoveryError.self) {
            _ = try Restore.prepare(request, targets: .memory(targets)).run(confirmations: memoryConfirmations)
        }
        for (number, target) in targets.enumerated() {
            let note = try #require(try RestoreNote.decode(target.bytes))
            #expect(note.source == UInt32(number))
            #expect(note.disks.map(\.target) == ["SERIAL-OF-target0", "SERIAL-OF-target1"])
        }
        _ = try Restore.prepare(host.request(), targets: .memory(targets)).run(confirmations: memoryConfirmations)
        for (target, disk) in zip(targets, host.disks) {
            #expect(target.bytes == disk)
            #expect(try RestoreNote.decode(target.bytes) == nil)
        }
    }
}
