/// What a `ChunkCache` holds: the values with their costs and last uses, and those that are being made.
struct ChunkCacheState<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Entry {
        var value: Value
        var cost: Int
        var used: UInt64
    }

    private var entries: [Key: Entry] = [:]
    private var clock: UInt64 = 0
    private(set) var cost = 0
    var loads: [Key: ChunkCacheLoad<Value>] = [:]

    mutating func lookUp(_ key: Key) -> Value? {
        guard let index = entries.index(forKey: key) else { return nil }
        clock += 1
        entries.values[index].used = clock
        return entries.values[index].value
    }

    /// Adds a value and gives back those that had to go for it.
    mutating func insert(_ key: Key, _ value: Value, cost: Int, bound: Int) -> [Value] {
        clock += 1
        entries[key] = Entry(value: value, cost: cost, used: clock)
        self.cost += cost
        guard self.cost > bound else { return [] }
        // An eighth at once keeps the search for the oldest rare.
        let goal = bound - bound / 8
        var dropped: [Value] = []
        for (key, entry) in entries.sorted(by: { $0.value.used < $1.value.used }) {
            guard self.cost > goal, entries.count > 1 else { break }
            entries.removeValue(forKey: key)
            self.cost -= entry.cost
            dropped.append(entry.value)
        }
        return dropped
    }
}
