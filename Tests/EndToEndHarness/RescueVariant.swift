/// The machine that a host is restored to. It differs from the one that was lost: other controller, other network
/// card, larger disk.
package struct RescueVariant: Sendable, CustomStringConvertible {
    package let name: String
    package let firmware: Firmware
    package let controller: DiskController
    package let networkCard: NetworkCard
    package let diskInMiB: Int
    package let serial: String
    package let server: RepositoryAccess
    /// Whether the restored system is made to fit the machine; else its blocks are those of the captured disk, and can be
    /// compared with them.
    package let isAdapted: Bool

    package var description: String {
        "\(firmware.rawValue), \(controller.rawValue) disk of \(diskInMiB) MiB, \(networkCard.rawValue), \(server.rawValue)"
    }

    /// How the rescue image reaches the repository.
    package enum RepositoryAccess: String, Sendable {
        case lifeboatServe
        case nginx
    }

    package static let bios = RescueVariant(
        name: "bios", firmware: .bios, controller: .ahci, networkCard: .e1000e, diskInMiB: 3072,
        serial: "WD-TARGET51", server: .lifeboatServe, isAdapted: false)
    package static let uefi = RescueVariant(
        name: "uefi", firmware: .uefi, controller: .nvme, networkCard: .vmxnet3, diskInMiB: 2560,
        serial: "NVME-TGT-0042", server: .nginx, isAdapted: true)
    /// Booted over the network, restored by an answer file.
    package static let unattended = RescueVariant(
        name: "unattended", firmware: .bios, controller: .virtioSCSI, networkCard: .virtio, diskInMiB: 2304,
        serial: "SCSI-TARGET-77", server: .lifeboatServe, isAdapted: true)
}
