import Foundation

/// What a program that ended left behind.
package struct Outcome: Sendable, CustomStringConvertible {
    package let commandLine: String
    /// 128 + signal for one that was killed.
    package let status: Int32
    package let output: String
    package let errors: String

    package init(commandLine: String, status: Int32, output: String, errors: String) {
        self.commandLine = commandLine
        self.status = status
        self.output = output
        self.errors = errors
    }

    package var description: String { "\(commandLine)\nstatus \(status)\n\(output)\n\(errors)" }

    /// Standard output as JSON; throws unless it is exactly one JSON value.
    package func json() throws -> JSON {
        do { return try JSONDecoder().decode(JSON.self, from: Data(output.utf8)) } catch {
            throw HarnessError("No JSON (\(error)): \(self)")
        }
    }

    /// The outcome if the program said so, otherwise throws what it did.
    package func expecting(_ status: Int32) throws -> Outcome {
        guard self.status == status else { throw HarnessError("Status \(status) was expected: \(self)") }
        return self
    }
}
