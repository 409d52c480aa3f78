import Foundation
import Synchronization

/// `lifeboat-rescue` as it was built beside these tests, with pipes in place of a console, in a directory of its own.
final class RescueProgram {
    static let path: String = {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(filePath: own).deletingLastPathComponent().appending(path: "lifeboat-rescue").path
    }()

    /// First in a mount namespace of its own: what other tests have mounted is theirs to unmount.
    static let leaveMounts =
        "awk '$1 ~ /^.dev.loop/ { print $2 }' /proc/mounts | xargs -r -n 1 umount -l"

    let directory: URL
    let arguments: [String]
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private let heard = Heard()

    /// - Parameter wrapper: a program and its first arguments, which starts what follows them.
    init(
        _ arguments: [String] = [], kernelCommandLine: String = "", file: String = "", wrapper: [String] = []
    ) throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "lifeboat-console-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try Data(kernelCommandLine.utf8).write(to: directory.appending(path: "cmdline"))
        try Data(file.utf8).write(to: directory.appending(path: "rescue.conf"))
        self.arguments =
            arguments + [
                "--state", directory.path, "--command-line", directory.appending(path: "cmdline").path,
                "--configuration", directory.appending(path: "rescue.conf").path, "--only-disks", "none",
                "--resolver", directory.appending(path: "resolv.conf").path,
            ]
        let words = wrapper + [Self.path] + self.arguments
        process.executableURL = URL(filePath: words[0])
        process.arguments = Array(words.dropFirst())
        process.environment = ["LIFEBOAT_CONSOLE": "ttyS0", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
    }

    func start() throws {
        output.fileHandleForReading.readabilityHandler = { [heard] handle in
            let data = handle.availableData
            if data.isEmpty { handle.readabilityHandler = nil }
            heard.add(String(decoding: data, as: UTF8.self))
        }
        try process.run()
    }

    /// Of the wrapper, where there is one.
    var processID: Int32 { process.processIdentifier }

    /// Everything it said so far.
    var transcript: String { heard.text.withLock { $0 } }

    /// Whether it says `text` within 20 seconds.
    func says(_ text: String) -> Bool {
        let deadline = DispatchTime.now() + 20
        while !transcript.contains(text) {
            if heard.changed.wait(timeout: deadline) == .timedOut { return transcript.contains(text) }
        }
        return true
    }

    func type(_ line: String) throws {
        // Nobody would read it, and the signal that says so ends these tests.
        guard process.isRunning else { throw CocoaError(.fileWriteUnknown) }
        try input.fileHandleForWriting.write(contentsOf: Data("\(line)\n".utf8))
    }

    func closeInput() throws { try input.fileHandleForWriting.close() }

    /// Its exit status, nil when it did not end within 20 seconds.
    func wait() -> Int32? {
        let ended = DispatchSemaphore(value: 0)
        process.terminationHandler = { _ in ended.signal() }
        if process.isRunning, ended.wait(timeout: .now() + 20) == .timedOut { return nil }
        return process.terminationStatus
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        // A directory that stays behind in the temporary one harms nobody.
        try? FileManager.default.removeItem(at: directory)
    }
}

/// What came through the pipe, filled by Foundation's thread.
private final class Heard: Sendable {
    let text = Mutex("")
    let changed = DispatchSemaphore(value: 0)

    func add(_ more: String) {
        text.withLock { $0 += more }
        changed.signal()
    }
}
