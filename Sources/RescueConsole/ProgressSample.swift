/// How far a job is at one instant.
package struct ProgressSample: Hashable, Sendable {
    /// One disk of several, in the same phase.
    package struct Disk: Hashable, Sendable {
        /// "disk 0 to /dev/sda".
        package var name: String
        package var done: UInt64
        package var total: UInt64

        package init(_ name: String, done: UInt64, of total: UInt64) {
            self.name = name
            self.done = done
            self.total = total
        }
    }

    /// One word or two: "Writing".
    package var phase: String
    /// Bytes of this phase; a total of 0 means that nothing can be said yet.
    package var done: UInt64
    package var total: UInt64
    /// On a clock that never steps back.
    package var seconds: Double
    /// More that is worth saying, "12.3 GiB new".
    package var details: String
    /// The last thing that went wrong and was mended by trying again; nil when nothing did.
    package var trouble: String?
    /// In the order of the plan; empty where the phase does not count by disks.
    package var disks: [Disk] = []

    package init(
        phase: String, done: UInt64, total: UInt64, seconds: Double, details: String = "", trouble: String? = nil
    ) {
        self.phase = phase
        self.done = done
        self.total = total
        self.seconds = seconds
        self.details = details
        self.trouble = trouble
    }
}
