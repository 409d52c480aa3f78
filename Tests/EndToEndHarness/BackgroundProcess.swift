import Foundation
import Glibc
import Synchronization

/// A program that runs beside the test and is ended, by its own id, with its owner.
package final class BackgroundProcess: @unchecked Sendable {
    // Foundation's Process is not marked Sendable; after launch only its thread-safe members are used here.
    private let process = Process()
    private let words: [String]
    /// The programs that run now, by process id.
    private static let running = Mutex<Set<Int32>>([])

    /// Ends every program started here: what a process does that is itself told to end.
    package static func killAll() {
        running.withLock { for identifier in $0 { Glibc.kill(identifier, SIGKILL) } }
    }

    /// Starts a program found by PATH; its output goes to the files named, which are made anew.
    package init(_ words: [String], output: String, errors: String? = nil) throws {
        self.words = words
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = words
        process.standardInput = FileHandle.nullDevice
        let outputHandle = try Self.newFile(output)
        process.standardOutput = outputHandle
        process.standardError = try errors.map(Self.newFile) ?? outputHandle
        try process.run()
        Self.running.withLock { _ = $0.insert(process.processIdentifier) }
    }

    package var isRunning: Bool { process.isRunning }

    package var processIdentifier: Int32 { process.processIdentifier }

    /// Blocks until the program ends; returns its exit status, or 128 + signal.
    package func waitForExit() -> Int32 {
        process.waitUntilExit()
        Self.running.withLock { _ = $0.remove(process.processIdentifier) }
        return process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
    }

    /// Blocks until the program ends by itself; throws if that takes longer.
    package func waitForExit(within seconds: Double) throws -> Int32 {
        let deadline = Date(timeIntervalSinceNow: seconds)
        while process.isRunning {
            guard Date() < deadline else {
                throw HarnessError("\"\(words.prefix(3).joined(separator: " "))…\" still runs after \(Int(seconds)) s")
            }
            usleep(50_000)
        }
        return waitForExit()
    }

    /// Makes the program end at once, without its doing anything more.
    package func kill() {
        if process.isRunning { Glibc.kill(process.processIdentifier, SIGKILL) }
        _ = waitForExit()
    }

    /// Asks the program to end, and makes it end if it has not after five seconds.
    package func stop() {
        guard process.isRunning else {
            Self.running.withLock { _ = $0.remove(process.processIdentifier) }
            return
        }
        process.terminate()
        let deadline = Date(timeIntervalSinceNow: 5)
        while process.isRunning, Date() < deadline {
            usleep(20_000)
        }
        if process.isRunning {
            Glibc.kill(process.processIdentifier, SIGKILL)
        }
        _ = waitForExit()
    }

    deinit {
        stop()
    }

    private static func newFile(_ path: String) throws -> FileHandle {
        guard FileManager.default.createFile(atPath: path, contents: nil) else {
            throw HarnessError("Cannot make the file \(path)")
        }
        return try FileHandle(forWritingTo: URL(filePath: path))
    }
}
