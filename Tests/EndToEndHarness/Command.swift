import Foundation

/// An outside program, run to its end.
package struct Command: Sendable {
    /// What a program left behind.
    package struct Result: Sendable {
        package let status: Int32
        package let output: String
        package let errors: String
    }

    /// Name or path of the program, then its arguments.
    package let words: [String]

    package init(_ words: String...) {
        self.words = words
    }

    package init(_ words: [String]) {
        self.words = words
    }

    /// Runs the program and returns what it said, whatever its exit status. Blocks until it ends.
    ///
    /// Output goes through files, not pipes: a program that writes a lot cannot block.
    package func result() throws -> Result {
        let directory = try TemporaryDirectory()
        let output = directory.file("output")
        let errors = directory.file("errors")
        let process = try BackgroundProcess(words, output: output, errors: errors)
        let status = process.waitForExit()
        return Result(status: status, output: try Self.text(of: output), errors: try Self.text(of: errors))
    }

    /// Runs the program and returns its standard output; throws with what it said if its exit status is not 0.
    @discardableResult
    package func run() throws -> String {
        let result = try result()
        guard result.status == 0 else {
            let said = (result.output.suffix(2000) + result.errors.suffix(4000))
            throw HarnessError("\"\(words.joined(separator: " "))\" ended with status \(result.status):\n\(said)")
        }
        return result.output
    }

    /// Changes with every name and byte of the files below a directory.
    static func sum(of directory: String) throws -> String {
        let script = "cd \"$0\" && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum"
        return try Command("bash", "-c", script, directory).run()
    }

    private static func text(of path: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
    }
}
