internal import BlockDevices
internal import LinuxSystem

/// What the firmware says the machine is (DMI).
package struct Product: Codable, Hashable, Sendable {
    package var vendor: String?
    package var name: String?
    package var serial: String?
    package var uuid: String?

    package init(vendor: String? = nil, name: String? = nil, serial: String? = nil, uuid: String? = nil) {
        self.vendor = vendor
        self.name = name
        self.serial = serial
        self.uuid = uuid
    }

    /// This machine.
    package static var current: Product? { Product(in: .live) }

    /// nil on a machine without DMI. Serial and UUID are only shown to root.
    init?(in tree: KernelTree) {
        func field(_ name: String) -> String? {
            Files.text(of: "\(tree.sys)/class/dmi/id/\(name)").flatMap { $0.isEmpty ? nil : $0 }
        }
        self.init(
            vendor: field("sys_vendor"), name: field("product_name"), serial: field("product_serial"),
            uuid: field("product_uuid"))
        if self == Product() { return nil }
    }
}
