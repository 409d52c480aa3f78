/// What is wrong with a line of network settings, or why it could not be carried out: a complete sentence.
package struct NetworkError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
