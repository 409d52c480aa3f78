internal import Synchronization

/// Which object stands on which list of condemned ones, as far as a writer knows.
package final class CondemnedNames: Sendable {
    private let lists = Mutex<[String: Set<String>]>([:])

    package init() {}

    /// Names of the lists that hold `name`.
    func lists(holding name: String) -> Set<String> { lists.withLock { $0[name] ?? [] } }

    func insert(_ names: [String], list: String) {
        lists.withLock { lists in
            for name in names { lists[name, default: []].insert(list) }
        }
    }

    func remove(_ name: String) { lists.withLock { $0[name] = nil } }

    /// Whether nothing was ever condemned, as far as is known.
    var isEmpty: Bool { lists.withLock { $0.isEmpty } }
}
