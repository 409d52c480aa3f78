import Foundation
import Synchronization

/// A process that a test started, with no signal blocked or ignored; killed by its id when it goes away.
///
/// Not Foundation's `Process`: that passes on the signal mask of the thread that starts it, and threads of a test run
/// block SIGTERM.
package final class Child: Sendable {
    package let words: [String]
    package let pid: Int32
    private let folder: String
    private let status = Mutex<Int32?>(nil)
    private static let numbers = Atomic<Int>(0)

    /// Starts a program found by PATH in `folder`; what it prints goes to files, so that it never waits for a reader.
    package init(_ words: [String], in folder: String) throws {
        self.words = words
        let number = Self.numbers.add(1, ordering: .relaxed).newValue
        self.folder = "\(folder)/.child-\(number)"
        try FileManager.default.createDirectory(atPath: self.folder, withIntermediateDirectories: true)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, self.folder + "/output", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, self.folder + "/errors", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var arguments: [UnsafeMutablePointer<CChar>?] = (["env", "-C", folder] + words).map { strdup($0) } + [nil]
        var environment: [UnsafeMutablePointer<CChar>?] = Self.environment.map { strdup($0) } + [nil]
        defer { for pointer in arguments + environment { free(pointer) } }
        var pid: pid_t = 0
        let result = posix_spawn(&pid, "/usr/bin/env", &actions, &attributes, &arguments, &environment)
        guard result == 0 else {
            throw HarnessError("\(words[0]) cannot be started: \(String(cString: strerror(result)))")
        }
        self.pid = pid
    }

    /// The same for every run: no locale, no proxy, no settings of whoever runs the tests.
    private static let environment = [
        "LC_ALL=C", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root",
        "MTOOLS_SKIP_CHECK=1", "LVM_SUPPRESS_FD_WARNINGS=1",
    ]

    deinit {
        signal(SIGKILL)
        _ = reap(waiting: true)
    }

    package var isRunning: Bool { reap(waiting: false) == nil }
    package var output: String { Self.text(folder + "/output") }
    package var errors: String { Self.text(folder + "/errors") }

    /// Sends a signal, unless the process has ended.
    package func signal(_ number: Int32) {
        status.withLock { status in
            if status == nil { kill(pid, number) }
        }
    }

    /// Waits for the end; kills and throws when that takes longer than `seconds`.
    package func wait(seconds: Double = 120) throws -> Outcome {
        let deadline = ContinuousClock.now + .seconds(seconds)
        var pause: UInt32 = 500
        while isRunning {
            guard ContinuousClock.now < deadline else {
                signal(SIGKILL)
                throw HarnessError("\(commandLine) still ran after \(seconds) s.\n\(output)\n\(errors)")
            }
            usleep(pause)
            pause = min(pause * 2, 10_000)
        }
        return Outcome(
            commandLine: commandLine, status: reap(waiting: true) ?? -1, output: output, errors: errors)
    }

    /// Waits until `condition` holds; throws when the process ends before, or after `seconds`.
    package func wait(seconds: Double = 60, until condition: () -> Bool) throws {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while !condition() {
            guard isRunning, ContinuousClock.now < deadline else {
                throw HarnessError("\(commandLine) did not come to what was waited for.\n\(output)\n\(errors)")
            }
            usleep(2_000)
        }
    }

    /// Lets it run until something is so, and leaves it stopped (SIGSTOP): it is looked at only while it stands still, so that what
    /// was seen is still so when a signal is sent, however busy the machine is.
    package func stop(seconds: Double = 60, when condition: () -> Bool) throws {
        try wait(seconds: seconds) {
            signal(SIGSTOP)
            if condition() { return true }
            signal(SIGCONT)
            usleep(10_000)
            return false
        }
    }

    private var commandLine: String { words.joined(separator: " ") }

    /// The exit status, 128 + signal for a process that was killed; nil while it runs.
    private func reap(waiting: Bool) -> Int32? {
        status.withLock { status in
            if let status { return status }
            var raw: Int32 = 0
            guard waitpid(pid, &raw, waiting ? 0 : WNOHANG) == pid else { return nil }
            status = raw & 0x7f == 0 ? raw >> 8 & 0xff : 128 + raw & 0x7f
            return status
        }
    }

    private static func text(_ path: String) -> String {
        // A process that could not be started left no files.
        (try? String(decoding: Data(contentsOf: URL(filePath: path)), as: UTF8.self)) ?? ""
    }
}
