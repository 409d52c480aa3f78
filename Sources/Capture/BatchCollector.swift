internal import Repository
internal import RepositoryFormat
internal import Synchronization

/// Puts finished batches back into the order of the disk.
final class BatchCollector: Sendable {
    private struct State {
        var disk: ScannedDisk
        var next = 0
        var early: [Int: [ScanBatch.Item]] = [:]
    }

    private let state: Mutex<State>

    init(_ disk: ScannedDisk) { state = Mutex(State(disk: disk)) }

    func add(_ batch: ScanBatch) {
        state.withLock { state in
            state.early[batch.number] = batch.items
            while let items = state.early.removeValue(forKey: state.next) {
                state.next += 1
                for item in items {
                    if item.kind == .data {
                        state.disk.appendData(sectors: Int(item.sectors), serial: item.serial)
                    } else {
                        state.disk.append(item.kind, sectors: item.sectors)
                    }
                }
            }
        }
    }

    /// The disk once every batch was added.
    func finish() -> ScannedDisk {
        state.withLock { state in
            precondition(state.early.isEmpty, "batch \(state.next) is missing")
            return state.disk
        }
    }
}
