/// What a restore will do, before it does any of it. Sizes in bytes; printed by `text`, stable as JSON.
package struct RestorePlan: Codable, Hashable, Sendable {
    /// A disk of the moment.
    package struct Source: Codable, Hashable, Sendable {
        package var number: UInt32
        package var sizeInBytes: UInt64
        package var logicalSectorSize: Int
        /// What it was on the captured machine: "Samsung PM9A3, S5XYZ"; nil when that is not known.
        package var was: String?
        /// Whether this target holds what of the disk follows on another target; nil where it does not.
        package var isFurtherPart: Bool?
    }

    /// Where it goes.
    package struct Target: Codable, Hashable, Sendable {
        package enum Kind: String, Codable, Sendable { case device, file, newFile }

        package var path: String
        package var kind: Kind
        package var model: String?
        package var serial: String?
        package var wwn: String?
        package var sizeInBytes: UInt64
        package var logicalSectorSize: Int
        package var physicalSectorSize: Int
        /// What is on it now, in words.
        package var contents: String
        /// What the operator has to type to confirm it, in words.
        package var confirmation: String
    }

    package struct Disk: Codable, Hashable, Sendable {
        package var source: Source
        package var target: Target
        /// Data of the moment on this disk.
        package var dataBytes: UInt64
        /// Zero and unused ranges, and what the target has beyond the source's end.
        package var zeroBytes: UInt64
        /// What will be adapted because the target is larger.
        package var adaptations: [String]
        /// Further disks that are put behind this one.
        package var others: [Source]?
        /// What becomes of each partition, where the disk is fitted to a smaller one, or several to one.
        package var layout: [PartitionFit]?
    }

    package var host: String
    /// ISO 8601, UTC.
    package var moment: String
    package var label: String
    package var quality: String
    package var disks: [Disk]
    /// Packs that hold the data, and what has to be read of them when nothing is on the targets yet.
    package var packs: Int
    package var fetchBytes: UInt64
    /// Rough: from assumed rates, before anything was measured.
    package var estimatedSeconds: Double
    package var warnings: [String]

    package var dataBytes: UInt64 { disks.reduce(0) { $0 + $1.dataBytes } }
    package var zeroBytes: UInt64 { disks.reduce(0) { $0 + $1.zeroBytes } }
}

extension RestorePlan.Target {
    /// "/dev/nvme0n1 (Samsung PM9A3, S5XYZ)".
    package var displayName: String {
        let parts = [model, serial].compactMap { $0 }
        return parts.isEmpty ? path : "\(path) (\(parts.joined(separator: ", ")))"
    }
}
