/// Why bytes are no hive that is read here, or what a hive does not have: "SYSTEM: no key Select".
package struct RegistryError: Error, CustomStringConvertible, Hashable, Sendable {
    package let description: String

    package init(description: String) { self.description = description }
}
