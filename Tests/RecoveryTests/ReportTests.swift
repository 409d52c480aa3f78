import FoundationEssentials
import Recovery
import Repository
import Synchronization
import Testing

@Suite("Reports, plans and progress")
struct ReportTests {
    @Test("report and plan survive JSON and say the essentials in words")
    func report() throws {
        let host = try TestHost()
        let target = MemoryDisk("target0", size: host.disks[0].count + (1 << 20))
        let prepared = try Restore.prepare(host.request(), targets: .memory([target]))
        #expect(try JSONDecoder().decode(RestorePlan.self, from: Data(prepared.plan.json)) == prepared.plan)
        #expect(prepared.plan.text.contains("SERIAL-OF-target0"))
        #expect(prepared.plan.disks[0].adaptations.isEmpty, "the machine description says that there is no GPT")
        let report = try prepared.run(confirmations: memoryConfirmations)
        #expect(try JSONDecoder().decode(RestoreReport.self, from: Data(report.json)) == report)
        #expect(report.text.contains("restored and verified"))
        #expect(report.text.contains("target0 (Memory, SERIAL-OF-target0)"))
        #expect(report.phases.map(\.name) == ["Writing", "Finishing", "Verifying"])
        #expect(report.fetchedBytes == prepared.plan.fetchBytes)
    }

    @Test("a restore without verification says so")
    func unverified() throws {
        let host = try TestHost()
        let target = MemoryDisk("target0", size: host.disks[0].count)
        var request = try host.request()
        request.verifies = false
        let report = try Restore.prepare(request, targets: .memory([target])).run(confirmations: memoryConfirmations)
        #expect(!report.isVerified && report.text.contains("NOT verified"))
        #expect(report.disks[0].verifiedBytes == 0)
    }

    @Test("progress never steps back, ends at its total in each phase, and passes through all of them")
    func progress() throws {
        let host = try TestHost([Content.disk(megabytes: 32, seed: 8)])
        let target = MemoryDisk("target0", size: host.disks[0].count)
        var seen: [RestoreProgress] = []
        _ = try Restore.prepare(host.request(), targets: .memory([target]))
            .run(confirmations: memoryConfirmations) { seen.append($0) }
        for (last, next) in zip(seen, seen.dropFirst()) {
            #expect(last.phase.rawValue <= next.phase.rawValue)
            if last.phase == next.phase { #expect(last.done <= next.done && last.total == next.total) }
            #expect(next.done <= next.total)
        }
        let finishing = try #require(seen.first { $0.phase == .finishing })
        #expect(finishing.done == finishing.total && finishing.written == finishing.disks[0].dataBytes)
        let done = try #require(seen.last)
        #expect(done.phase == .done && done.verified == UInt64(host.disks[0].count))
        #expect(done.zeroed == done.disks[0].zeroBytes)
    }
}
