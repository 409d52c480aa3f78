internal import LinuxSystem

/// Paths of directories that one user has for itself, below the one that goes with the machine's run time.
enum WorkDirectory {
    /// "/run/lifeboat/system-3f09a1c25b7e"; another one each time.
    static func path(_ purpose: String) throws(SystemCallError) -> String {
        "/run/lifeboat/\(purpose)-\(try RunningSystem.randomName(bytes: 6))"
    }
}
