/// An element of an XML document with everything in it. Comments and processing instructions are left out.
package struct XMLElement: Hashable, Sendable {
    /// As it is written, with its prefix: "qemu:arg".
    package var name: String
    package var attributes: [String: String]
    /// The element's own text, that of its children not.
    package var text: String = ""
    package var children: [XMLElement] = []

    /// Children of that name, in their order.
    package func all(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }

    /// The first element on a way of names below this one: `first("os", "type")`.
    package func first(_ names: String...) -> XMLElement? {
        var element = self
        for name in names {
            guard let next = element.children.first(where: { $0.name == name }) else { return nil }
            element = next
        }
        return element
    }
}
