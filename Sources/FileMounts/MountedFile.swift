internal import Buffers
internal import CFuse
internal import Glibc
internal import Synchronization

/// The answers to the kernel's requests about one directory with one file in it.
///
/// `@unchecked Sendable`: the buffer belongs to the one thread that serves; everything else is atomic or constant.
final class MountedFile: @unchecked Sendable {
    private static let directory: fuse_ino_t = 1
    private static let number: fuse_ino_t = 2
    /// More than the kernel asks for at once (`max_pages` is 256 at most).
    private static let bufferLength = 1 << 20
    /// Nothing changes behind the kernel's back: what it knows of the file it may keep.
    private static let forever = 86_400.0

    private let content: any MountedContent
    private let name: String
    private let length: Atomic<UInt64>
    private let buffer = AlignedBuffer(capacity: bufferLength)

    init(_ content: any MountedContent, name: String) {
        self.content = content
        self.name = name
        length = Atomic(content.sizeInBytes)
    }

    var size: UInt64 { length.load(ordering: .relaxed) }

    /// What is left out here is answered by libfuse: "not implemented", which the kernel takes as "nothing to do" for
    /// opening, flushing and synchronizing.
    static var operations: fuse_lowlevel_ops {
        var operations = fuse_lowlevel_ops()
        operations.lookup = { request, parent, name in
            let file = MountedFile.of(request)
            guard parent == MountedFile.directory, let name, String(cString: name) == file.name else {
                fuse_reply_err(request, ENOENT)
                return
            }
            var entry = fuse_entry_param()
            entry.ino = MountedFile.number
            entry.attr = file.attributes(MountedFile.number)
            entry.attr_timeout = MountedFile.forever
            entry.entry_timeout = MountedFile.forever
            fuse_reply_entry(request, &entry)
        }
        operations.getattr = { request, inode, _ in
            var attributes = MountedFile.of(request).attributes(inode)
            fuse_reply_attr(request, &attributes, MountedFile.forever)
        }
        operations.setattr = { request, inode, wanted, fields, _ in
            let file = MountedFile.of(request)
            if fields & FUSE_SET_ATTR_SIZE != 0, let wanted {
                // What was cut off is gone: it must not come back with old bytes in it.
                guard inode == MountedFile.number, let size = UInt64(exactly: wanted.pointee.st_size), size <= file.size
                else {
                    fuse_reply_err(request, EFBIG)
                    return
                }
                file.length.store(size, ordering: .relaxed)
            }
            var attributes = file.attributes(inode)
            fuse_reply_attr(request, &attributes, MountedFile.forever)
        }
        operations.read = { request, _, count, offset, _ in MountedFile.of(request).read(request, count, offset) }
        operations.write = { request, _, bytes, count, offset, _ in
            MountedFile.of(request).write(request, UnsafeRawBufferPointer(start: bytes, count: count), offset)
        }
        return operations
    }

    private static func of(_ request: fuse_req_t?) -> MountedFile {
        guard let own = fuse_req_userdata(request) else { preconditionFailure("a session without its file") }
        return Unmanaged<MountedFile>.fromOpaque(own).takeUnretainedValue()
    }

    private func attributes(_ inode: fuse_ino_t) -> stat {
        var attributes = stat()
        attributes.st_ino = ino_t(inode)
        attributes.st_mode = inode == Self.directory ? S_IFDIR | 0o700 : S_IFREG | 0o600
        attributes.st_nlink = inode == Self.directory ? 2 : 1
        if inode == Self.number {
            attributes.st_size = off_t(size)
            attributes.st_blksize = 4_096
            attributes.st_blocks = blkcnt_t((size + 511) / 512)
        }
        return attributes
    }

    private func read(_ request: fuse_req_t?, _ count: Int, _ offset: off_t) {
        let start = min(UInt64(max(0, offset)), size)
        let slice = buffer[0..<Int(min(UInt64(min(count, Self.bufferLength)), size - start))]
        do {
            if slice.count > 0 { try content.read(into: slice, at: start) }
        } catch {
            fuse_reply_err(request, EIO)
            return
        }
        slice.withBytes { bytes in
            _ = fuse_reply_buf(
                request, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
        }
    }

    private func write(_ request: fuse_req_t?, _ bytes: UnsafeRawBufferPointer, _ offset: off_t) {
        guard offset >= 0, bytes.count <= Self.bufferLength, UInt64(offset) + UInt64(bytes.count) <= size else {
            fuse_reply_err(request, EFBIG)
            return
        }
        let slice = buffer[0..<bytes.count]
        slice.withMutableBytes { $0.copyMemory(from: bytes) }
        do {
            try content.write(slice, at: UInt64(offset))
            fuse_reply_write(request, bytes.count)
        } catch { fuse_reply_err(request, EIO) }
    }
}
