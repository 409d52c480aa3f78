/// Where the kernel shows its objects. Another root lets tests describe machines that the test machine is not.
package struct KernelTree: Hashable, Sendable {
    package var sys: String
    package var proc: String
    package var dev: String
    package var run: String

    package init(root: String = "") {
        sys = root + "/sys"
        proc = root + "/proc"
        dev = root + "/dev"
        run = root + "/run"
    }

    /// This machine.
    package static let live = KernelTree()
}
