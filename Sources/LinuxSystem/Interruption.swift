internal import CLinuxShim

/// The wish of the operator, or of the system, that this process ends: SIGINT or SIGTERM, kept as a flag.
///
/// Pipelines poll `isRequested` between pieces of work and end in order, with everything said that is to be said.
/// The second signal ends the process at once.
package enum Interruption {
    /// Installs the handlers, and ignores SIGPIPE. Once, at the start of a program.
    package static func install() { linux_interruption_install() }

    /// One atomic load.
    package static var isRequested: Bool { linux_interruption_count() > 0 }

    /// What the menu's "cancel" and tests do instead of a signal.
    package static func request() { linux_interruption_request() }

    /// Forgets a request: the menu goes on after a cancelled restore.
    package static func clear() { linux_interruption_clear() }
}
