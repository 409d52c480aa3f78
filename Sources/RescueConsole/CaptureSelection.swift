package import Inventory

/// What the operator chose to capture.
package struct CaptureSelection: Hashable, Sendable {
    /// The directory that holds the repository.
    package var repository: String
    package var host: String
    /// In the order of their numbers on the timeline.
    package var disks: [PresentDisk]

    package init(repository: String, host: String, disks: [PresentDisk]) {
        self.repository = repository
        self.host = host
        self.disks = disks
    }
}
