import Recovery
import Repository
import RepositoryFormat
import Testing

@Suite("Restores that continue, and targets that are right already")
struct ContinuationTests {
    @Test("an interrupted restore has no partition table, and the next one writes only what is missing")
    func interrupted() throws {
        let host = try TestHost([Content.disk(megabytes: 64, seed: 3)])
        let target = MemoryDisk("target0", size: host.disks[0].count)
        let looks = Looks()
        var request = try host.request()
        // Half of the data is written by then: the threads ask before each piece of work.
        request.isInterrupted = { target.writtenDataBytes > 8 << 20 && looks.next() > 0 }
        let error = try #require(throws: RecoveryError.self) {
            _ = try Restore.prepare(request, targets: .memory([target])).run(confirmations: memoryConfirmations)
        }
        #expect(error.code == .interrupted)
        #expect(error.exitStatus == 130)
        #expect(error.wroteAnything && error.message.contains("does not boot"))
        #expect(target.bytes[4_096..<1 << 20].allSatisfy { $0 == 0 })
        let note = try #require(try RestoreNote.decode(target.bytes))
        #expect(
            note.host == "web01" && note.source == 0 && note.disks == [.init(source: 0, target: "SERIAL-OF-target0")])
        #expect(note.repository == host.repositoryPath)
        let report = try Restore.prepare(host.request(), targets: .memory([target]))
            .run(confirmations: memoryConfirmations)
        #expect(target.bytes == host.disks[0])
        #expect(report.comparedFirst)
        #expect(report.disks[0].alreadyRightBytes > 1 << 20)
        #expect(report.disks[0].alreadyRightBytes + report.disks[0].writtenBytes == report.disks[0].dataBytes)
    }

    @Test("interrupted before the first write, nothing is written")
    func interruptedEarly() throws {
        let host = try TestHost()
        let target = MemoryDisk("target0", size: host.disks[0].count)
        var request = try host.request()
        let prepared = try Restore.prepare(request, targets: .memory([target]))
        _ = prepared
        request.isInterrupted = { true }
        let error = try #require(throws: RecoveryError.self) {
            _ = try Restore.prepare(request, targets: .memory([target])).run(confirmations: memoryConfirmations)
        }
        #expect(error.code == .interrupted && !error.wroteAnything)
        #expect(target.writes == 0)
    }

    @Test("what is right already is neither fetched nor written again", arguments: [ComparePolicy.auto, .always])
    func alreadyRight(policy: ComparePolicy) throws {
        let host = try TestHost([Content.disk(megabytes: 32, seed: 4)])
        let target = MemoryDisk("target0", host.disks[0])
        let store = FaultyStore(DirectoryStore(host.repositoryPath))
        var request = try host.request(store)
        request.compare = policy
        let report = try Restore.prepare(request, targets: .memory([target])).run(confirmations: memoryConfirmations)
        #expect(target.bytes == host.disks[0])
        #expect(report.comparedFirst)
        // Only what is held back at both ends, and chunks across its border, are written anew.
        #expect(report.disks[0].writtenBytes < 1 << 20)
        #expect(report.disks[0].alreadyRightBytes > 8 << 20)
        // How much lies beside these in the pack is the chance of the capture's threads.
        #expect(store.fetchedBytes < 5 << 20, "\(store.fetchedBytes) bytes were fetched")
    }

    @Test("a few wrong bytes on a right disk are mended")
    func mended() throws {
        let host = try TestHost([Content.disk(megabytes: 32, seed: 4)])
        var wrong = host.disks[0]
        for offset in [5 << 20, 9 << 20, 30 << 20] { wrong[offset] ^= 0xff }
        let target = MemoryDisk("target0", wrong)
        let report = try Restore.prepare(host.request(), targets: .memory([target]))
            .run(confirmations: memoryConfirmations)
        #expect(target.bytes == host.disks[0])
        #expect(report.disks[0].alreadyRightBytes > 7 << 20)
    }

    @Test("a soiled disk is not compared first, and never when told so")
    func notCompared() throws {
        let host = try TestHost()
        let soiled = MemoryDisk("target0", size: host.disks[0].count)
        var request = try host.request()
        #expect(
            try !Restore.prepare(request, targets: .memory([soiled])).run(confirmations: memoryConfirmations)
                .comparedFirst)
        request.compare = .never
        let report = try Restore.prepare(request, targets: .memory([soiled])).run(confirmations: memoryConfirmations)
        #expect(!report.comparedFirst && report.disks[0].alreadyRightBytes == 0)
        #expect(soiled.bytes == host.disks[0])
    }
}
