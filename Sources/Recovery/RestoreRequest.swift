package import Repository

/// One disk of the moment and where it shall go.
package struct DiskAssignment: Hashable, Sendable {
    /// Number of the disk in the timeline.
    package var source: UInt32
    /// A block device or an image file, as the operator gave it.
    package var target: String

    package init(source: UInt32, target: String) {
        self.source = source
        self.target = target
    }
}

/// Whether what is on the target is looked at before it is written over.
package enum ComparePolicy: String, Codable, Sendable {
    /// A sample of chunk places decides: when at least one of 16 is right already, everything is compared.
    case auto
    case always
    case never
}

/// What to restore, where to, and how.
package struct RestoreRequest: Sendable {
    package var view: View
    package var mapping: [DiskAssignment]
    /// Whether disks of the moment may be left out; each is then a warning instead of a refusal.
    package var allowsSubset: Bool
    package var compare: ComparePolicy
    /// Whether everything is read back and compared afterwards. Only tests and benchmarks turn it off.
    package var verifies: Bool
    /// Records of the inverted map in memory at once: 32 bytes each, twice while they are sorted.
    package var scatterBudget = 1_000_000
    /// What is to be known of the moment; the plan and the report begin their warnings with it.
    package var notes: [String] = []
    /// Whether disks are fitted to smaller targets, and where what changes of them lies until it is written.
    package var fit: FitScratch?
    /// Whether disks that are mapped to the same target are put onto it behind one another; otherwise that is refused.
    package var combines = false
    /// Whether a disk that is mapped to several targets is divided among them, with the same kind of scratch; otherwise that is refused.
    package var split: FitScratch?
    /// Told what is being done while a disk is fitted, which may take minutes.
    package var tell: @Sendable (String) -> Void = { _ in }
    /// Asked between pieces of work; true ends the restore as interrupted.
    package var isInterrupted: @Sendable () -> Bool

    package init(
        view: View, mapping: [DiskAssignment], allowsSubset: Bool = true, compare: ComparePolicy = .auto,
        verifies: Bool = true, isInterrupted: @escaping @Sendable () -> Bool = RestoreRequest.signalled
    ) {
        self.view = view
        self.mapping = mapping
        self.allowsSubset = allowsSubset
        self.compare = compare
        self.verifies = verifies
        self.isInterrupted = isInterrupted
    }
}
