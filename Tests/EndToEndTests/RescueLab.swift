import EndToEndHarness
import Foundation
import Synchronization

/// What all end-to-end tests share: one host, made, lived in, captured and lost once.
enum RescueLab {
    private static let story = Mutex<Result<Story, any Error>?>(nil)

    /// The story behind a reference that tests, which run one after another, hand on.
    final class Story: @unchecked Sendable {
        // The suite is serialized: one test at a time uses it.
        let recovery: RecoveryStory
        init(_ recovery: RecoveryStory) { self.recovery = recovery }
    }

    private static let cells = Mutex<Result<Cells, any Error>?>(nil)

    /// The matrix behind a reference, for the same reason as the story.
    final class Cells: @unchecked Sendable {
        // The suite is serialized: one test at a time uses it.
        let matrix: Matrix
        init(_ matrix: Matrix) { self.matrix = matrix }
    }

    /// The matrix that all its cases share, with the sources made so far.
    static func matrix(_ body: (Matrix) throws -> Void) throws {
        let cells = try cells.withLock { known in
            let result = known ?? Result { Cells(try makeMatrix()) }
            known = result
            return try result.get()
        }
        try body(cells.matrix)
    }

    private static func makeMatrix() throws -> Matrix {
        let workspace = try workspace()
        try Command("rm", "-rf", directory + "/matrix-repository").run()
        return Matrix(workspace) { FileHandle.standardError.write(Data("   \($0)\n".utf8)) }
    }

    static let checkout = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    /// The host after its disk was lost. The first caller waits for it to be made; a failure is every caller's.
    static func lostHost() throws -> RecoveryStory {
        try story.withLock { known in
            let result = known ?? Result { Story(try makeAndLose()) }
            known = result
            return try result.get()
        }.recovery
    }

    static let directory = checkout + "/.build-e2e"

    /// Programs and image under test; throws with what to run when one is missing.
    static func workspace() throws -> Workspace {
        let iso = directory + "/lifeboat-rescue.iso"
        let program = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "lifeboat")
            .path
        for (file, command) in [(iso, "scripts/build-iso --output \(iso)"), (program, "swift build")]
        where !FileManager.default.fileExists(atPath: file) {
            throw HarnessError("\(file) is missing: run \(command), or scripts/test, which does all of it")
        }
        return try Workspace(
            checkout: checkout, directory: directory, logs: directory + "/logs", lifeboat: program, iso: iso)
    }

    private static func makeAndLose() throws -> RecoveryStory {
        let workspace = try workspace()
        for leftover in ["host", "repository", "captured.raw", "variables-bios", "variables-uefi"] {
            try Command("rm", "-rf", directory + "/" + leftover).run()
        }
        let story = RecoveryStory(workspace) { FileHandle.standardError.write(Data("   \($0)\n".utf8)) }
        try story.makeHost()
        try story.liveOnce()
        try story.capture()
        try story.loseDisk()
        return story
    }
}
