import Buffers
import FoundationEssentials
import Repository
import Synchronization
import Testing

/// A directory store whose process dies at the kth durable write: from then on nothing works any more.
final class FaultyStore: CollectableObjectStore {
    enum Death: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case beforeWriting
        /// The data was partly written under its temporary name.
        case leavingTemporaryFile
        /// The object is durable under its name; the writer never learns it.
        case afterPublishing

        var testDescription: String { rawValue }
    }

    struct Died: Error {}

    private struct State {
        var writes: [String] = []
        var sizes: [String: UInt64] = [:]
        var isDead = false
    }

    private let base: DirectoryStore
    private let fatalWrite: Int
    private let death: Death
    private let state = Mutex(State())

    /// `fatalWrite` counts from 1.
    init(_ base: DirectoryStore, fatalWrite: Int = .max, death: Death = .beforeWriting) {
        self.base = base
        self.fatalWrite = fatalWrite
        self.death = death
    }

    /// Names of the objects that durable writes were asked for, in order.
    var writes: [String] { state.withLock { $0.writes } }
    /// Bytes of the objects that were written, by name.
    var sizes: [String: UInt64] { state.withLock { $0.sizes } }
    var isDead: Bool { state.withLock { $0.isDead } }
    var location: String { base.location }

    func read(_ name: String, limit: Int) throws(StoreError) -> [UInt8] {
        try breathe()
        return try base.read(name, limit: limit)
    }

    func read(_ name: String, at offset: UInt64, into slice: BufferSlice) throws(StoreError) {
        try breathe()
        try base.read(name, at: offset, into: slice)
    }

    func length(of name: String) throws(StoreError) -> UInt64? {
        try breathe()
        return try base.length(of: name)
    }

    func list(_ prefix: String) throws(StoreError) -> [String] {
        try breathe()
        return try base.list(prefix)
    }

    func create(_ name: String, _ parts: [BufferSlice]) throws(StoreError) -> Bool {
        try write(name, Array(parts.flatMap { $0.withBytes { Array($0) } })) { () throws(StoreError) in
            try base.create(name, parts)
        }
    }

    func create(_ name: String, _ bytes: [UInt8]) throws(StoreError) -> Bool {
        try write(name, bytes) { () throws(StoreError) in try base.create(name, bytes) }
    }

    func replace(_ name: String, _ bytes: [UInt8]) throws(StoreError) {
        try write(name, bytes) { () throws(StoreError) in try base.replace(name, bytes) }
    }

    func exclusively<Result>(_ name: String, _ body: () throws -> Result) throws -> Result {
        try breathe()
        return try base.exclusively(name, body)
    }

    var condemned: CondemnedNames { base.condemned }

    /// One by one, so that every removal is a place to die at.
    func remove(_ names: [String]) throws(StoreError) {
        for name in names {
            try write(name, []) { () throws(StoreError) in try base.remove([name]) }
        }
    }

    func lease() throws(StoreError) -> any WriterLease {
        try breathe()
        return try base.lease()
    }

    func heldLeases(removingDead: Bool) throws(StoreError) -> Set<String> {
        try breathe()
        return try base.heldLeases(removingDead: removingDead)
    }

    func removeLeftovers(before limit: Int64) throws(StoreError) -> UInt64 {
        try breathe()
        return try base.removeLeftovers(before: limit)
    }

    private func write<Result>(
        _ name: String, _ bytes: [UInt8], _ body: () throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        try breathe()
        let isFatal = state.withLock { state in
            state.writes.append(name)
            if !bytes.isEmpty { state.sizes[name] = UInt64(bytes.count) }
            state.isDead = state.writes.count >= fatalWrite
            return state.isDead
        }
        guard isFatal else { return try body() }
        switch death {
        case .beforeWriting: break
        case .leavingTemporaryFile: leaveTemporary(name, bytes)
        case .afterPublishing: _ = try body()
        }
        throw Self.dead
    }

    private static let dead = StoreError(.inputOutput, "The process died.", cause: Died())

    private func breathe() throws(StoreError) {
        guard !isDead else { throw Self.dead }
    }

    private func leaveTemporary(_ name: String, _ bytes: [UInt8]) {
        let path = base.path(of: name)
        let folder = URL(filePath: path).deletingLastPathComponent()
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try? Data(bytes.prefix(bytes.count / 2)).write(to: folder.appending(path: ".tmp-1-1-1"))
    }
}
