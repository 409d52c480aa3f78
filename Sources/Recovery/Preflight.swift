internal import Digests
internal import LinuxSystem
internal import Repository
internal import RepositoryFormat
internal import Synchronization

/// What is checked of the repository before a byte is written: every pack that is needed is there with the length its
/// index says, and every index is sound.
struct Preflight {
    let view: View
    let isInterrupted: @Sendable () -> Bool

    /// In parallel: each pack costs a request for its index and one for its length.
    func check(_ demand: Demand) throws(RecoveryError) -> DemandSummary {
        let state = RunState(disks: [], isInterrupted: isInterrupted)
        let packs = demand.packs
        let next = SharedCount(0)
        let total = Total()
        var crew = Crew(state)
        for _ in 0..<min(RestoreEngine.workerCount, max(1, packs.count)) {
            crew.add("check") { [view] in
                while state.goesOn, let position = next.take(below: packs.count) {
                    total.bytes.add(try check(packs[position], demand, view), ordering: .relaxed)
                }
            }
        }
        try crew.run {}
        return DemandSummary(packs: packs.count, storedBytes: total.bytes.load(ordering: .relaxed))
    }

    /// Stored bytes that are needed of one pack.
    private func check(_ number: UInt32, _ demand: Demand, _ view: View) throws -> UInt64 {
        let pack = view.packs.id(number)
        let subject = "Pack \(pack.hex.prefix(8))"
        let index = try view.repository.indexes.index(of: pack)
        let length: UInt64?
        do {
            length = try view.repository.store.length(of: view.repository.indexes.objectName(of: pack))
        } catch { throw RepositoryError(error, object: subject) }
        guard let length else { throw RepositoryError(.damaged, "\(subject) is missing from the repository.") }
        guard length == index.packLength else {
            throw RepositoryError(
                .damaged, "\(subject) is damaged: it holds \(length) bytes instead of \(index.packLength).")
        }
        guard let needed = demand.storedBytes(ofPack: number, index) else {
            throw RepositoryError(.damaged, "The map names chunks that \(subject.lowercased()) does not have.")
        }
        return needed
    }

    private final class Total: Sendable {
        let bytes = Atomic<UInt64>(0)
    }
}
