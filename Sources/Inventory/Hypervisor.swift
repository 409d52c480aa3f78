internal import BlockDevices
internal import LinuxSystem

/// What runs a host's virtual machines.
package struct Hypervisor: Codable, Hashable, Sendable {
    /// "proxmox", "libvirt" or "qemu".
    package var kind: String

    package init(kind: String) { self.kind = kind }

    static func running(in tree: KernelTree, machines: [VirtualMachine]) -> Hypervisor? {
        if Files.exists(tree.etc + "/pve/qemu-server") { return Hypervisor(kind: "proxmox") }
        if Files.exists(tree.etc + "/libvirt/qemu") { return Hypervisor(kind: "libvirt") }
        return machines.isEmpty ? nil : Hypervisor(kind: "qemu")
    }
}
