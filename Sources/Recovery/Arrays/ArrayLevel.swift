/// How an md array spreads what it holds over its members (md(4)), by the kernel's number.
package struct ArrayLevel: Hashable, Sendable, CustomStringConvertible {
    /// What an array does with fewer members than it has.
    package enum Start: Hashable, Sendable {
        case whole
        case degraded
        /// Depends on which members are missing (RAID10).
        case doubtful
        case impossible
    }

    package let number: Int32

    package init(_ number: Int32) { self.number = number }

    /// "raid1", "linear", as the kernel writes it.
    package var description: String {
        switch number {
        case -1: "linear"
        case 0...10: "raid\(number)"
        default: "level \(number)"
        }
    }

    /// With `present` of `all` members.
    package func start(with present: Int, of all: Int) -> Start {
        if present >= all { return .whole }
        switch number {
        case 1: return present > 0 ? .degraded : .impossible
        case 4, 5: return present >= all - 1 ? .degraded : .impossible
        case 6: return present >= all - 2 ? .degraded : .impossible
        case 10: return present > 0 ? .doubtful : .impossible
        default: return .impossible
        }
    }

    /// What it must have, for people.
    package func need(of all: Int) -> String {
        switch number {
        case 1, 10: "a copy of every block"
        case 4, 5: "\(all - 1) of \(all) members"
        case 6: "\(all - 2) of \(all) members"
        default: "all \(all) members"
        }
    }
}
