package import Repository

/// A host as it is offered.
package struct HostChoice: Hashable, Sendable {
    package var name: String
    package var moments: Int
    /// ISO 8601, UTC; nil without moments.
    package var newest: String?
    package var diskBytes: UInt64

    package init(name: String, moments: Int, newest: String?, diskBytes: UInt64) {
        self.name = name
        self.moments = moments
        self.newest = newest
        self.diskBytes = diskBytes
    }

    package init(_ summary: HostSummary) {
        self.init(
            name: summary.name, moments: summary.moments, newest: summary.newest, diskBytes: summary.diskBytes)
    }
}
