internal import Synchronization

/// Values that are made on demand and kept within a bound, the least recently used dropped first.
///
/// Any number of threads. A value that several want at once is made once, by the first of them; the others wait for it.
/// What could not be made is not remembered: all who waited get the error, and the next one tries again.
final class ChunkCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    /// A value and what it counts against the bound.
    typealias Made = (value: Value, cost: Int)

    private enum Found: Sendable {
        case value(Value)
        case madeByAnother(ChunkCacheLoad<Value>)
        case toBeMade(ChunkCacheLoad<Value>)
    }

    private let bound: Int
    private let state: Mutex<ChunkCacheState<Key, Value>>

    /// `bound` is in the unit of the costs. What is being made comes on top of it: one value a thread.
    init(bound: Int) {
        self.bound = bound
        state = Mutex(ChunkCacheState())
    }

    /// What is kept now, in the unit of the costs; never more than the bound, unless one value alone is.
    var cost: Int { state.withLock { $0.cost } }

    func value(for key: Key, _ make: () throws(RepositoryError) -> Made) throws(RepositoryError) -> Value {
        switch find(key) {
        case .value(let value): return value
        case .madeByAnother(let load): return try load.wait()
        case .toBeMade(let load): return try self.make(key, load, make)
        }
    }

    private func find(_ key: Key) -> Found {
        state.withLock { state in
            if let value = state.lookUp(key) { return .value(value) }
            if let load = state.loads[key] { return .madeByAnother(load) }
            let load = ChunkCacheLoad<Value>()
            state.loads[key] = load
            return .toBeMade(load)
        }
    }

    private func make(
        _ key: Key, _ load: ChunkCacheLoad<Value>, _ make: () throws(RepositoryError) -> Made
    ) throws(RepositoryError) -> Value {
        let made: Made
        do throws(RepositoryError) { made = try make() } catch {
            state.withLock { _ = $0.loads.removeValue(forKey: key) }
            load.finish(.failure(error))
            throw error
        }
        // What is dropped is freed after the lock was given back.
        let dropped = state.withLock { state in
            state.loads.removeValue(forKey: key)
            return state.insert(key, made.value, cost: made.cost, bound: bound)
        }
        load.finish(.success(made.value))
        _ = dropped
        return made.value
    }
}
