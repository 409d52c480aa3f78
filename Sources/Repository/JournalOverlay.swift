internal import RepositoryFormat
internal import Synchronization

/// The net change of neighbouring journals up to a position, put together when it is first asked for: opening a moment reads
/// no records.
final class JournalOverlay: Sendable {
    private let readers: [LayerReader]
    private let start: Position?
    private let end: Position
    private let loaded = Mutex<[UInt32: Overlay]?>(nil)

    /// `readers` oldest first; records up to `start`, a position in the first journal, and behind `end` do not count.
    init(_ readers: [LayerReader], after start: Position? = nil, upTo end: Position) {
        self.readers = readers
        self.start = start
        self.end = end
    }

    /// What the journals changed on a disk; nil when nothing.
    func overlay(of disk: UInt32) throws(RepositoryError) -> Overlay? {
        try loaded.withLock { loaded throws(RepositoryError) -> Overlay? in
            if let overlays = loaded { return overlays[disk] }
            var writes: [UInt32: [Extent]] = [:]
            for (number, reader) in readers.enumerated() {
                var left = number == 0 ? start.map { reader.index.records(upTo: $0) } ?? 0 : 0
                try reader.eachRecord(upTo: end) { record in
                    guard left == 0 else { return left -= 1 }
                    if let extent = record.extent { writes[record.disk, default: []].append(extent) }
                }
            }
            let overlays = writes.mapValues { Overlay(writes: $0) }
            loaded = overlays
            return overlays[disk]
        }
    }
}
