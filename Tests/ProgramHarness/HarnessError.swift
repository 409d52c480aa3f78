/// What an outside program did not do, in words for whoever reads a failed test.
package struct HarnessError: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
