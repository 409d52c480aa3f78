/// What is wrong with an answer file: where, and what is expected.
package struct AnswerError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
