/// By what a disk is told from all others. Empty for image files and for devices that carry nothing (loop).
package struct DiskIdentity: Codable, Hashable, Sendable {
    package var serial: String?
    /// World wide name, with its kind: "naa.5000c500a1b2c3d4", "eui.0025385b71b0f1c2".
    package var wwn: String?
    package var vendor: String?
    package var model: String?
    /// "nvme", "sata", "sas", "usb", "virtio", "iscsi", "fc", "scsi", "mmc", "xen", "hyperv" or "loop".
    package var transport: String?
    /// Names in /dev/disk/by-id, where udev made some.
    package var stableNames: [String]

    package init(
        serial: String? = nil, wwn: String? = nil, vendor: String? = nil, model: String? = nil,
        transport: String? = nil, stableNames: [String] = []
    ) {
        self.serial = serial
        self.wwn = wwn
        self.vendor = vendor
        self.model = model
        self.transport = transport
        self.stableNames = stableNames
    }

    /// "Samsung PM9A3, S5XYZ" for messages; nil when there is nothing to say.
    package var summary: String? {
        let product = [vendor, model].compactMap { $0 }.joined(separator: " ")
        let parts = [product.isEmpty ? nil : product, serial ?? wwn].compactMap { $0 }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }
}
