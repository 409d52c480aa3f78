/// Where the kernel shows its objects, and the system keeps its settings. Another root lets tests describe machines
/// that the test machine is not.
package struct KernelTree: Hashable, Sendable {
    package var sys: String
    package var proc: String
    package var dev: String
    package var run: String
    package var etc: String

    package init(root: String = "") {
        sys = root + "/sys"
        proc = root + "/proc"
        dev = root + "/dev"
        run = root + "/run"
        etc = root + "/etc"
    }

    /// This machine.
    package static let live = KernelTree()
}
