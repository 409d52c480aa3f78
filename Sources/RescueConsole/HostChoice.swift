package import Inventory
package import Repository

/// A host as it is offered.
package struct HostChoice: Hashable, Sendable {
    package var name: String
    package var moments: Int
    /// ISO 8601, UTC; nil without moments.
    package var newest: String?
    package var diskBytes: UInt64
    /// What its newest moment says of the machine; nil where that could not be read.
    package var firmware: Firmware.Mode?
    package var virtualMachines: Int?
    /// How much it looks like this machine.
    package var likeness: MachineLikeness?

    package init(
        name: String, moments: Int, newest: String?, diskBytes: UInt64, firmware: Firmware.Mode? = nil,
        virtualMachines: Int? = nil, likeness: MachineLikeness? = nil
    ) {
        self.name = name
        self.moments = moments
        self.newest = newest
        self.diskBytes = diskBytes
        self.firmware = firmware
        self.virtualMachines = virtualMachines
        self.likeness = likeness
    }

    package init(_ summary: HostSummary) {
        self.init(
            name: summary.name, moments: summary.moments, newest: summary.newest, diskBytes: summary.diskBytes)
    }

    /// Adds what the description of the machine tells; `present` is the machine we run on.
    package mutating func add(_ machine: MachineDescription, present: MachineLikeness.Present) {
        firmware = machine.firmware.mode
        virtualMachines = machine.virtualMachines.count
        likeness = MachineLikeness(of: machine, to: present)
    }

    /// "BIOS", "UEFI", "both".
    var firmwareText: String {
        switch firmware {
        case .bios: "BIOS"
        case .uefi: "UEFI"
        case .both: "both"
        case .unknown, nil: "-"
        }
    }
}
