import ProgramHarness

extension Scratch {
    /// A repository of its own with nothing in it.
    func newRepository() throws -> String {
        _ = try lifeboat("repository", "init", "repository").expecting(0)
        return self("repository")
    }

    /// Captures disks of this directory as a moment of a host.
    @discardableResult
    func capture(_ disks: String..., host: String = "web01", to repository: String = "repository") throws -> JSON {
        try lifeboat(["capture", "--quiet", "--json", "--repository", repository, "--host", host] + disks)
            .expecting(0).json()
    }

    /// Restores disk 0 to an image file, confirmed as one does.
    func restore(
        _ host: String = "web01", from repository: String, at time: String = "latest", to target: String,
        confirm: String? = nil
    ) throws -> Outcome {
        try lifeboat(
            "restore", host, "--repository", repository, "--at", time, "--disk", "0=\(target)", "--confirm",
            confirm ?? target, "--json", "--quiet")
    }
}
