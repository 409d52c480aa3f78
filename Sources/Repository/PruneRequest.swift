internal import LinuxSystem

/// What a prune is to do.
package struct PruneRequest: Sendable {
    /// Names of the hosts to thin out; empty: all. Garbage is collected of all.
    package var hosts: [String] = []
    /// Instead of the policy that each host has.
    package var policy: RetentionPolicy?
    /// Stores `policy` as that of the hosts.
    package var setsPolicy = false
    package var isDryRun = false
    /// Nanoseconds for which readers may go on with the state that they opened.
    package var grace: Int64 = 86_400_000_000_000
    /// Nanoseconds since 1970, UTC: what ages count from.
    package var now: Int64
    /// Name and version of the program, for the heads.
    package var program: String

    /// Asked between pieces of work; true ends the prune with `interrupted` where every moment is whole.
    package var shouldStop: @Sendable () -> Bool = { Interruption.isRequested }

    package init(now: Int64, program: String) {
        self.now = now
        self.program = program
    }
}

/// How far a prune is.
package enum PruneProgress: Hashable, Sendable {
    /// Kept states of a host that are ready, of how many.
    case thinning(host: String, done: Int, of: Int)
    /// Objects looked at so far.
    case marking(objects: Int)
}
