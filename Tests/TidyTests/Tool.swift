import Foundation

/// Runs the outside programs that judge.
enum Tool {
    struct Outcome {
        let status: Int32
        let output: Data
        var text: String { String(decoding: output, as: UTF8.self) }
    }

    /// Runs `swift` with these arguments at the root and waits; both outputs in one.
    static func swift(_ arguments: [String], errorsToo: Bool = true) throws -> Outcome {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["swift"] + arguments
        process.currentDirectoryURL = Tree.root
        process.standardOutput = pipe
        process.standardError = errorsToo ? pipe : FileHandle.nullDevice
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Outcome(status: process.terminationStatus, output: output)
    }
}
