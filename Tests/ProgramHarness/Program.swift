import Foundation

/// The program under test: `lifeboat` as it was built beside these tests. Nothing else of the product is used here.
package enum Program {
    package static let path = beside("lifeboat")
    /// Writes journals into a repository, as an agent would (Tests/JournalFeeder).
    package static let feeder = beside("lifeboat-feeder")

    private static func beside(_ name: String) -> String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        let own = String(decoding: buffer[..<max(0, count)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let program = URL(filePath: own).deletingLastPathComponent().appending(path: name).path
        guard access(program, X_OK) == 0 else {
            fatalError("\(program) is missing: build it with the same configuration as the tests (swift build).")
        }
        return program
    }

    /// Runs it to its end, for at most `seconds`.
    package static func run(
        _ words: [String], in scratch: Scratch, seconds: Double = 120
    ) throws -> Outcome {
        try start(words, in: scratch).wait(seconds: seconds)
    }

    package static func start(_ words: [String], in scratch: Scratch) throws -> Child {
        try Child([path] + words, in: scratch.path)
    }
}

extension Scratch {
    /// Runs `lifeboat` in the directory, to its end.
    package func lifeboat(_ words: String...) throws -> Outcome { try Program.run(words, in: self) }
    package func lifeboat(_ words: [String]) throws -> Outcome { try Program.run(words, in: self) }
}
