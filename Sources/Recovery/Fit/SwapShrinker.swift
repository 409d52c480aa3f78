internal import BlockDevices
internal import Buffers
internal import LinuxSystem

/// Swap: made anew by mkswap, with the UUID and the label that fstab knows.
final class SwapShrinker: PartitionShrinker {
    /// Not made smaller than this, or than a quarter of what it was.
    private static let floor: UInt64 = 64 << 20

    private let superblock: Superblock
    private let name: String
    private let geometry: DiskGeometry

    init(_ superblock: Superblock, name: String, geometry: DiskGeometry) {
        self.superblock = superblock
        self.name = name
        self.geometry = geometry
    }

    func check() {}

    func minimum(_ effort: FitEffort) -> UInt64 {
        min(geometry.sizeInBytes, max(Self.floor, geometry.sizeInBytes / 4))
    }

    /// Its one page is kept in memory.
    func scratch(forSize size: UInt64) -> UInt64 { 0 }

    func shrink(to size: UInt64) throws(RecoveryError) -> any ChangedPartition {
        NewSwap(
            name: name, header: try header(size: size),
            geometry: DiskGeometry(sizeInBytes: size, logicalSectorSize: geometry.logicalSectorSize))
    }

    private func header(size: UInt64) throws(RecoveryError) -> [UInt8] {
        var words = ["mkswap", "--pagesize", "\(NewSwap.page)"]
        if let uuid = superblock.uuid { words += ["--uuid", uuid] }
        if let label = superblock.label { words += ["--label", label] }
        do {
            let file = try FileDescriptor.inMemory(name: "swap")
            try file.truncate(to: size)
            // The number names it for the child as well: it is passed on for this one program.
            let path = "/proc/\(RunningSystem.processID)/fd/" + file.withNumber { "\($0)" }
            let result = try ChildProcess.run(words + [path])
            guard result.status.isSuccess else {
                throw RecoveryError(
                    .failed,
                    "mkswap ended with \(result.status): \(result.errorText.suffix(400)). Nothing was written.")
            }
            return try file.bytes(NewSwap.page, at: 0)
        } catch let error as RecoveryError { throw error } catch {
            throw RecoveryError(
                .failed, "Swap of another size cannot be made by mkswap (\(error)). Nothing was written.", cause: error)
        }
    }
}

/// What mkswap made: a page, and zeros.
private final class NewSwap: ChangedPartition {
    /// Of i386 and amd64; the header fills one.
    static let page = 4_096

    let name: String
    let geometry: DiskGeometry
    var sizeInBytes: UInt64 { geometry.sizeInBytes }
    var problem: (any Error)? { nil }
    private let header: [UInt8]

    init(name: String, header: [UInt8], geometry: DiskGeometry) {
        self.name = name
        self.header = header
        self.geometry = geometry
    }

    func pieces(upTo size: UInt64) -> [PartitionPiece] {
        let page = min(UInt64(header.count), size)
        return [
            PartitionPiece(range: 0..<page, origin: .change), PartitionPiece(range: page..<size, origin: .zeros),
        ]
    }

    func nextData(in range: Range<UInt64>) -> Range<UInt64>? {
        let part = range.clamped(to: 0..<UInt64(header.count))
        return part.isEmpty ? nil : part
    }

    func read(into slice: BufferSlice, at offset: UInt64) {
        slice.withMutableBytes { bytes in
            bytes.initializeMemory(as: UInt8.self, repeating: 0)
            guard offset < UInt64(header.count) else { return }
            let part = header[Int(offset)...].prefix(slice.count)
            bytes.copyBytes(from: part)
        }
    }

    func write(_ slice: BufferSlice, at offset: UInt64) throws(BlockDeviceError) {
        throw BlockDeviceError(.inputOutput, "Cannot write to \(name), which is made already.")
    }
}
