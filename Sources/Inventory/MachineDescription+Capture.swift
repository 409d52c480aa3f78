package import BlockDevices
internal import FoundationEssentials
internal import LinuxSystem

extension MachineDescription {
    /// What is being described.
    package enum Subject: Sendable {
        /// Images, or disks of another machine that are attached here: only what the disks themselves tell.
        case disksOnly
        /// This machine, with its own disks (possibly started from the rescue medium): also product, network
        /// interfaces, hypervisor and virtual machines as far as they can be seen from here.
        case thisMachine
    }

    /// Describes a machine with these disks now. Reads sysfs, proc and /etc; what cannot be read is left out.
    package static func describe(
        hostName: String, disks: [DiskDescription], subject: Subject, in tree: KernelTree = .live
    ) -> MachineDescription {
        let now = Date(timeIntervalSince1970: Double(Clocks.utcNanoseconds / 1_000_000) / 1000).ISO8601Format()
        let guess = Firmware.guess(from: disks)
        guard case .thisMachine = subject else {
            return MachineDescription(hostName: hostName, capturedAt: now, firmware: guess, disks: disks)
        }
        let machines = VirtualMachine.all(in: tree)
        return MachineDescription(
            hostName: hostName, capturedAt: now, firmware: guess.refined(by: .running(in: tree)),
            product: Product(in: tree), disks: disks, networkInterfaces: NetworkInterface.all(in: tree),
            hypervisor: Hypervisor.running(in: tree, machines: machines), virtualMachines: machines,
            kernel: Files.text(of: tree.proc + "/sys/kernel/osrelease"))
    }

    /// JSON with sorted keys and a final line feed.
    package func encoded() -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        do {
            return Array(try encoder.encode(self)) + [0x0a]
        } catch {
            // Strings, whole numbers and lists of these: nothing that JSON cannot say.
            fatalError("JSONEncoder refused a machine description: \(error)")
        }
    }

    /// Reads what `encoded` wrote, or a later version of it. Throws `DecodingError` for anything else.
    package init(decoding bytes: [UInt8]) throws {
        self = try JSONDecoder().decode(MachineDescription.self, from: Data(bytes))
    }
}
