/// How a disk is kept in a file.
package enum ImageFormat: String, CaseIterable, Sendable {
    case raw
    case qcow2
    case vmdk
    case vhdx
    /// VHD, which QEMU calls by the program it came from (Virtual PC).
    case vhd

    /// QEMU's name of the driver.
    package var driver: String { self == .vhd ? "vpc" : rawValue }
}
