internal import RepositoryFormat

/// A damage while it is still being found out whom it touches.
struct VerifierFinding {
    var object: String
    var what: String
    var hosts: Set<String> = []
}

/// A moment on the way through a verification.
struct VerifierMoment {
    let host: String
    let moment: Moment
    /// Top pages of its disks' maps, by number in the page graph.
    var pages: [Int] = []
    /// Findings in objects that belong to this moment alone, or to its host.
    var findings: Set<Int> = []
}
