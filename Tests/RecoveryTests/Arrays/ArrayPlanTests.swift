import BlockDevices
import Recovery
import Testing

@Suite("Arrays with fewer disks than they had")
struct ArrayPlanTests {
    /// The warnings of a plan that restores disk 0 of a host of two, of which the second is left out.
    private func warnings(_ samples: [ArraySample], restoring count: Int) throws -> [String] {
        let host = try TestHost(samples.map { $0.disk() })
        let targets = (0..<samples.count).map { MemoryDisk("target\($0)", size: 4 << 20) }
        return try Restore.prepare(host.request(disks: count), targets: .memory(targets)).plan.warnings
            .filter { $0.contains("array") }
    }

    @Test("a mirror whose second disk is left out is said to start degraded, before anything is written")
    func mirror() throws {
        let found = try warnings([ArraySample(device: 0), ArraySample(device: 1)], restoring: 1)
        #expect(found.count == 1)
        #expect(
            found.first?.hasPrefix(
                "array web01:0 (raid1) will start DEGRADED, with 1 of 2 members: disk 1 is left out.") == true,
            "\(found)")
    }

    @Test("a striped array whose second disk is left out is said not to start")
    func stripe() throws {
        let found = try warnings(
            [ArraySample(level: 0, device: 0), ArraySample(level: 0, device: 1)], restoring: 1)
        #expect(found.count == 1)
        #expect(
            found.first?.contains(
                "(raid0) WILL NOT START with 1 of 2 members: it needs all 2 members, and disk 1 is left out.")
                == true, "\(found)")
    }

    @Test("an array that comes back whole is not spoken of")
    func whole() throws {
        #expect(try warnings([ArraySample(device: 0), ArraySample(device: 1)], restoring: 2).isEmpty)
    }

    @Test("an array that was degraded when it was captured is said to be")
    func captured() throws {
        let found = try warnings([ArraySample(device: 0)], restoring: 1)
        #expect(found.first?.contains("will start DEGRADED, with 1 of 2 members: it was captured like this") == true)
    }

    @Test("a spare stands in for no member")
    func spare() throws {
        let roles: [UInt16] = [0, 1, 0xffff]
        let found = try warnings(
            [
                ArraySample(device: 0, roles: roles), ArraySample(device: 2, roles: roles),
                ArraySample(device: 1, roles: roles),
            ], restoring: 2)
        #expect(found.first?.contains("with 1 of 2 members: disk 2 is left out") == true, "\(found)")
    }

    @Test("the proof names a degraded array with its members, and refuses one that cannot start")
    func proofs() {
        func array(_ level: Int32, _ present: Int, isStarted: Bool) -> RestoredArray {
            RestoredArray(
                name: "web01:0", level: ArrayLevel(level), memberCount: 2, present: present, isStarted: isStarted)
        }
        let degraded = array(1, 1, isStarted: true)
        #expect(degraded.proof == Proof("array web01:0 (raid1) starts: degraded, 1 of 2 members", holds: true))
        #expect(degraded.warning?.contains("mdadm --manage") == true)
        let whole = array(1, 2, isStarted: true)
        #expect(whole.proof == Proof("array web01:0 (raid1) starts: 2 of 2 members", holds: true))
        #expect(whole.warning == nil)
        let stripe = array(0, 1, isStarted: false).proof
        #expect(!stripe.holds && stripe.statement == "array web01:0 (raid0) starts")
        #expect(stripe.detail.hasPrefix("1 of 2 members are here. It needs all 2 members"))
        #expect(!array(1, 2, isStarted: false).proof.holds)
    }

    @Test("proofs and warnings of arrays stand in the step that looks after their configuration")
    func step() throws {
        let files = try RestoredFiles(["/etc/fstab": ""])
        var system = files.system
        system.arrays = [
            RestoredArray(name: "a", level: ArrayLevel(1), memberCount: 2, present: 1, isStarted: true),
            RestoredArray(name: "b", level: ArrayLevel(0), memberCount: 2, present: 1, isStarted: false),
        ]
        let step = ConfigurationStep()
        #expect(try step.prove(system).map(\.holds) == [true, false])
        #expect(try step.plan(system).warnings.count == 1)
    }
}
