internal import Synchronization

/// Which object stands on which list of condemned ones, as far as a writer knows.
package final class CondemnedNames: Sendable {
    private let lists = Mutex<[String: Set<String>]>([:])

    package init() {}

    /// Names of the lists that hold `name`.
    func lists(holding name: String) -> Set<String> { lists.withLock { $0[name] ?? [] } }

    /// Takes over what the lists hold now; each is given with its names.
    func replace(_ found: [String: [String]]) {
        var lists: [String: Set<String>] = [:]
        for (list, names) in found {
            for name in names { lists[name, default: []].insert(list) }
        }
        self.lists.withLock { $0 = lists }
    }

    /// Whether an object stands on a list.
    package func contains(_ name: String) -> Bool { lists.withLock { $0[name] != nil } }

    func remove(_ name: String) { lists.withLock { $0[name] = nil } }
}
