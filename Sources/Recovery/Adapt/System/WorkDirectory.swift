internal import LinuxSystem
internal import Synchronization

/// Paths of directories that one user of one process has for itself, below the one that goes with the machine's run time.
enum WorkDirectory {
    private static let number = Atomic<Int>(0)

    /// "/run/lifeboat/system-812-1"; another one each time.
    static func path(_ purpose: String) -> String {
        "/run/lifeboat/\(purpose)-\(RunningSystem.processID)-\(number.add(1, ordering: .relaxed).newValue)"
    }
}
