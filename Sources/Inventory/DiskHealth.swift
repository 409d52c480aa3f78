internal import LinuxSystem

/// What a disk says of its own health (SMART).
package struct DiskHealth: Hashable, Sendable {
    package var isFailing: Bool
    /// "2 % of its life used, 31 °C": what else it tells.
    package var details: [String]

    package init(isFailing: Bool, details: [String] = []) {
        self.isFailing = isFailing
        self.details = details
    }

    /// "good", "FAILING: media errors".
    package var text: String {
        (isFailing ? "FAILING" : "good") + (details.isEmpty ? "" : ": \(details.joined(separator: ", "))")
    }

    /// Of an NVMe disk: its health log (NVM Express Base Specification, log page 02h), 512 bytes; nil for fewer.
    package init?(nvmeLog log: [UInt8]) {
        guard log.count >= 512 else { return nil }
        let warnings = [
            "little spare is left", "too hot or too cold", "its reliability is degraded", "it is read-only now",
            "its backup of memory failed", "its persistent memory is read-only",
        ]
        var details = warnings.indices.filter { log[0] & (1 << $0) != 0 }.map { warnings[$0] }
        details.append("\(log[5]) % of its life used")
        // Bytes 160 to 175: media and data integrity errors; what does not fit 64 bits is none.
        let errors = log[160..<168].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        if errors > 0 { details.append("\(errors) media errors") }
        // A temperature out of range is no reason to give the disk up.
        self.init(isFailing: log[0] & ~2 != 0, details: details)
    }

    /// Of an ATA disk: what SMART RETURN STATUS leaves in the LBA registers (ATA8-ACS); nil for values that say neither.
    package init?(ataMiddle middle: UInt8, high: UInt8) {
        switch (middle, high) {
        case (0x4f, 0xc2): self.init(isFailing: false)
        case (0xf4, 0x2c): self.init(isFailing: true, details: ["a threshold was exceeded"])
        default: return nil
        }
    }

    /// Asks the disk; nil where it cannot be asked. Only NVMe and SATA: bridges of USB disks hang at such questions. May take
    /// some seconds with a disk that is dying.
    package static func of(_ path: String, transport: String?) -> DiskHealth? {
        guard transport == "nvme" || transport == "sata" else { return nil }
        do {
            let disk = try FileDescriptor(path, [.nonBlocking])
            guard transport == "sata" else { return DiskHealth(nvmeLog: try disk.nvmeHealthLog()) }
            let registers = try disk.ataHealthRegisters()
            return DiskHealth(ataMiddle: registers.middle, high: registers.high)
        } catch {
            // A disk that does not tell its health is a disk all the same.
            return nil
        }
    }
}
