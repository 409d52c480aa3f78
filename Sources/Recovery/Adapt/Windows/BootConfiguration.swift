package import Registry

/// Windows' boot configuration (BCD): a hive with an object for the boot manager and one for each entry. Numbers of elements
/// are those of BcdLibraryElementTypes, BcdBootMgrElementTypes and BcdOSLoaderElementTypes (Microsoft, "BCD reference").
package struct BootConfiguration: Hashable, Sendable {
    /// What is started without anybody's choice.
    package struct Entry: Hashable, Sendable {
        package var identifier: String
        package var title: String?
        /// Where the program lies, and which one: "\Windows\system32\winload.efi".
        package var device: BootConfigurationDevice?
        package var program: String?
        /// Where Windows lies, and its directory.
        package var systemDevice: BootConfigurationDevice?
        package var directory: String?
    }

    /// nil when the boot manager names none, or one that is not there.
    package var defaultEntry: Entry?

    /// {bootmgr}.
    private static let manager = "{9dea862c-5cdd-4e70-acc1-f32b344d4795}"

    /// A store has some ten kilobytes; throws for what is none.
    package init(_ bytes: [UInt8], name: String) throws(RegistryError) {
        let hive = try RegistryHive(bytes, name: name)
        let chosen = try Self.value("23000003", of: Self.manager, hive)?.text
        let first = try Self.value("24000001", of: Self.manager, hive)?.list?.first
        guard let identifier = chosen ?? first, try hive.key(["Objects", identifier]) != nil else { return }
        defaultEntry = Entry(
            identifier: identifier,
            title: try Self.value("12000004", of: identifier, hive)?.text,
            device: try Self.value("11000001", of: identifier, hive).flatMap { BootConfigurationDevice($0.bytes) },
            program: try Self.value("12000002", of: identifier, hive)?.text,
            systemDevice: try Self.value("21000001", of: identifier, hive).flatMap {
                BootConfigurationDevice($0.bytes)
            },
            directory: try Self.value("22000002", of: identifier, hive)?.text)
    }

    private static func value(
        _ element: String, of object: String, _ hive: borrowing RegistryHive
    ) throws(RegistryError) -> RegistryValue? {
        guard let key = try hive.key(["Objects", object, "Elements", element]) else { return nil }
        return try hive.value("Element", of: key)
    }
}
