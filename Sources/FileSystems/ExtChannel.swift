internal import CExt2fs
internal import Glibc

/// libext2fs's door to a volume: an `io_manager` whose reads go through a `VolumeReader`, and that writes nothing.
///
/// libext2fs hands its manager only a name to open; the name carries the address of this object, which lives for
/// the call that opens and closes the file system.
final class ExtChannel {
    private let reader: VolumeReader
    private let manager: UnsafeMutablePointer<struct_io_manager>
    /// The first read that failed, to be told instead of libext2fs's "short read".
    private(set) var failure: FileSystemError?

    init(_ reader: VolumeReader) {
        self.reader = reader
        manager = .allocate(capacity: 1)
        var callbacks = struct_io_manager()
        callbacks.magic = errcode_t(EXT2_ET_MAGIC_IO_MANAGER)
        callbacks.name = Self.name
        callbacks.open = { name, _, result in ExtChannel.open(name, result) }
        callbacks.close = { ExtChannel.close($0) }
        callbacks.set_blksize = { channel, size in
            channel?.pointee.block_size = size
            return 0
        }
        callbacks.read_blk = { ExtChannel.read($0, UInt64($1), Int($2), $3) }
        callbacks.read_blk64 = { ExtChannel.read($0, $1, Int($2), $3) }
        callbacks.write_blk = { _, _, _, _ in errcode_t(EXT2_ET_RO_FILSYS) }
        callbacks.write_blk64 = { _, _, _, _ in errcode_t(EXT2_ET_RO_FILSYS) }
        callbacks.flush = { _ in 0 }
        manager.initialize(to: callbacks)
    }

    deinit { manager.deallocate() }

    /// Opens the volume (`ext2fs_open2`), lends the file system to `body`, and closes it again.
    func withFileSystem<Result>(
        _ body: (ext2_filsys) throws(FileSystemError) -> Result
    ) throws(FileSystemError) -> Result {
        var opened: ext2_filsys?
        let address = String(UInt(bitPattern: Unmanaged.passUnretained(self).toOpaque()), radix: 16)
        let status = ext2fs_open2(address, nil, EXT2_FLAG_64BITS, 0, 0, manager, &opened)
        guard status == 0, let opened else { throw error(status, "libext2fs does not open it") }
        defer { ext2fs_free(opened) }
        return try body(opened)
    }

    /// What an error number of libext2fs means for the caller.
    func error(_ status: errcode_t, _ what: String) -> FileSystemError {
        if let failure { return failure }
        initialize_ext2_error_table()
        let text = error_message(status).map { String(cString: $0) } ?? "error \(status)"
        let unknown = [Int(EXT2_ET_UNSUPP_FEATURE), Int(EXT2_ET_RO_UNSUPP_FEATURE), Int(EXT2_ET_REV_TOO_HIGH)]
        return FileSystemError(unknown.contains(Int(status)) ? .unsupported : .damaged, "\(what): \(text)")
    }

    /// The manager's name lives as long as the program, as libext2fs expects of it.
    private nonisolated(unsafe) static let name = UnsafePointer<CChar>(strdup("lifeboat"))

    private static func open(
        _ name: UnsafePointer<CChar>?, _ result: UnsafeMutablePointer<io_channel?>?
    ) -> errcode_t {
        guard let name, let result, let bits = UInt(String(cString: name), radix: 16),
            let owner = UnsafeMutableRawPointer(bitPattern: bits)
        else { return errcode_t(EXT2_ET_BAD_DEVICE_NAME) }
        var fields = struct_io_channel()
        fields.magic = errcode_t(EXT2_ET_MAGIC_IO_CHANNEL)
        fields.manager = Unmanaged<ExtChannel>.fromOpaque(owner).takeUnretainedValue().manager
        fields.name = strdup(name)
        fields.block_size = 1024
        fields.refcount = 1
        fields.private_data = owner
        let channel = io_channel.allocate(capacity: 1)
        channel.initialize(to: fields)
        result.pointee = channel
        return 0
    }

    private static func close(_ channel: io_channel?) -> errcode_t {
        guard let channel else { return 0 }
        channel.pointee.refcount -= 1
        if channel.pointee.refcount == 0 {
            free(channel.pointee.name)
            channel.deallocate()
        }
        return 0
    }

    /// `count` blocks, or −`count` bytes when it is negative, as libext2fs has it.
    private static func read(
        _ channel: io_channel?, _ block: UInt64, _ count: Int, _ data: UnsafeMutableRawPointer?
    ) -> errcode_t {
        guard let channel, let data, let owner = channel.pointee.private_data else {
            return errcode_t(EXT2_ET_SHORT_READ)
        }
        let blockSize = Int(channel.pointee.block_size)
        let length = count < 0 ? -count : count * blockSize
        let (offset, overflow) = block.multipliedReportingOverflow(by: UInt64(blockSize))
        guard !overflow else { return errcode_t(EXT2_ET_SHORT_READ) }
        let myself = Unmanaged<ExtChannel>.fromOpaque(owner).takeUnretainedValue()
        do throws(FileSystemError) {
            try myself.reader.read(into: UnsafeMutableRawBufferPointer(start: data, count: length), at: offset)
            return 0
        } catch {
            if myself.failure == nil { myself.failure = error }
            return errcode_t(EXT2_ET_SHORT_READ)
        }
    }
}
