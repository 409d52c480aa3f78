/// Owner of a directory that only this user may enter; with everything in it, it goes when the owner does.
package struct PrivateDirectory: ~Copyable {
    package let path: String

    /// In /run, or in /tmp for users who may not write there; called lifeboat-PURPOSE-… and 32 random hexadecimal digits.
    package init(for purpose: String) throws(SystemCallError) {
        let name = "lifeboat-\(purpose)-\(try RunningSystem.randomName(bytes: 16))"
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
