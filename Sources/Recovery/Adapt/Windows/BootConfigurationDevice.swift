internal import Buffers

/// A device as Windows' boot configuration names it: value of an element of class "device".
///
/// The layout is not published by Microsoft; this is what is seen in stores of Windows 7 to 11 (mistyprojects.co.uk, "Devices
/// Partition - Data"): type at 16, length from 16 on at 24, and for a partition: what names it at 32, style of the table at 52,
/// what names the disk at 56.
package enum BootConfigurationDevice: Hashable, Sendable {
    /// GUIDs in lower case.
    case gptPartition(String, disk: String)
    /// Where it begins, in bytes, and the four bytes at 440 of the disk's MBR.
    case mbrPartition(offset: UInt64, disk: UInt32)
    /// The device that the machine was started from.
    case boot
    /// The one that has the file.
    case located
    /// A VHD, a RAM disk, …, by its number.
    case other(UInt32)

    /// nil where the bytes hold no device.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count >= 32 else { return nil }
        let type = bytes.littleEndian(UInt32.self, at: 16)
        switch type {
        case 5: self = .boot
        case 8: self = .located
        case 6:
            guard bytes.count >= 72, bytes.littleEndian(UInt32.self, at: 24) >= 56 else { return nil }
            switch bytes.littleEndian(UInt32.self, at: 52) {
            case 0: self = .gptPartition(GUIDText.text(bytes[32..<48]), disk: GUIDText.text(bytes[56..<72]))
            case 1:
                self = .mbrPartition(
                    offset: bytes.littleEndian(UInt64.self, at: 32), disk: bytes.littleEndian(UInt32.self, at: 56))
            default: return nil
            }
        default: self = .other(type)
        }
    }
}
