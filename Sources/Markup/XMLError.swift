/// Why bytes are no XML document that is read here: "line 3: mismatched tag".
package struct XMLError: Error, CustomStringConvertible, Hashable, Sendable {
    package let description: String
}
