import LinuxSystem

/// A directory of one test, removed with its files when the test ends.
final class ScratchDirectory {
    let path: String

    init(in directory: String = "/var/tmp") throws {
        let name = try RunningSystem.randomBytes(6).map { String($0, radix: 16) }.joined()
        path = "\(directory)/lifeboat-test-\(name)"
        try Files.makeDirectories(path)
    }

    deinit { _ = try? ChildProcess.run(["rm", "-rf", "--one-file-system", path]) }

    subscript(name: String) -> String { "\(path)/\(name)" }
}
