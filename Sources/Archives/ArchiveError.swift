/// An archive that is not what it says, or is packed in a way that is not understood.
package struct ArchiveError: Error, Hashable, CustomStringConvertible, Sendable {
    package struct Code: Hashable, Sendable {
        package let name: String
        private init(_ name: String) { self.name = name }

        /// Its bytes contradict its format.
        package static let damaged = Code("damaged")
        /// A compression that this program does not open.
        package static let unsupported = Code("unsupported")
        /// It cannot be read.
        package static let inputOutput = Code("inputOutput")
    }

    package var code: Code
    package var description: String

    package init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
