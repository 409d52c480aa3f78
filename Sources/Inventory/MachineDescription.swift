/// What a machine is, as it is kept in the repository beside its blocks (format section 11): what a restore needs to
/// know about the machine that died. Members are only ever added, and then as optionals.
package struct MachineDescription: Codable, Hashable, Sendable {
    /// 1.
    package var format = 1
    package var hostName: String
    /// UTC, ISO 8601.
    package var capturedAt: String
    package var firmware: Firmware
    package var product: Product?
    /// In the order of their numbers in the timeline.
    package var disks: [DiskDescription]
    package var networkInterfaces: [NetworkInterface]
    package var hypervisor: Hypervisor?
    package var virtualMachines: [VirtualMachine]
    /// Release of the running kernel, when the machine described itself.
    package var kernel: String?

    package init(
        hostName: String, capturedAt: String, firmware: Firmware, product: Product? = nil, disks: [DiskDescription],
        networkInterfaces: [NetworkInterface] = [], hypervisor: Hypervisor? = nil,
        virtualMachines: [VirtualMachine] = [], kernel: String? = nil
    ) {
        self.hostName = hostName
        self.capturedAt = capturedAt
        self.firmware = firmware
        self.product = product
        self.disks = disks
        self.networkInterfaces = networkInterfaces
        self.hypervisor = hypervisor
        self.virtualMachines = virtualMachines
        self.kernel = kernel
    }
}
