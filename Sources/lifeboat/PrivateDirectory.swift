import LinuxSystem

/// Owner of a directory that only this user may enter; with everything in it, it goes when the owner does.
struct PrivateDirectory: ~Copyable {
    let path: String

    /// In /run, or in /tmp for users who may not write there.
    init() throws(SystemCallError) {
        let name = "lifeboat-view-\(try RunningSystem.randomName(bytes: 8))"
        do throws(SystemCallError) {
            try Files.makeDirectories("/run/\(name)", mode: 0o700)
            path = "/run/\(name)"
        } catch  where error.isDenied {
            try Files.makeDirectories("/tmp/\(name)", mode: 0o700)
            path = "/tmp/\(name)"
        }
    }

    deinit {
        // What stays behind is a dead socket in a private directory, and there is nobody to tell.
        for name in (try? Files.names(in: path)) ?? [] { _ = try? Files.remove("\(path)/\(name)") }
        try? Files.removeDirectory(path)
    }
}
