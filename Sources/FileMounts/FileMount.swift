internal import CFuse
internal import Glibc
package import LinuxSystem

/// One file in a directory of its own whose bytes this process gives and takes (libfuse's low-level interface): what programs
/// work on that want a file where there is none. Needs root and the kernel's `fuse`.
///
/// One thread serves it. The process must not open the file itself on a thread that the content waits for. Unmounted with its
/// owner; then no program may have it open any more.
package final class FileMount: Sendable {
    /// Of the file.
    package let path: String
    private let directory: String
    private let session: Session
    private let thread: WorkerThread<Void, Never>

    /// Makes `directory`, which goes again with the mount; the file in it has `name`.
    package init(
        _ content: any MountedContent, name: String, at directory: String
    ) throws(SystemCallError) {
        try Files.makeDirectories(directory, mode: 0o700)
        do throws(SystemCallError) {
            (session, thread) = try Self.serve(MountedFile(content, name: name), at: directory)
        } catch {
            // Nothing is in it; the first error is the one to tell.
            rmdir(directory)
            throw error
        }
        self.directory = directory
        path = "\(directory)/\(name)"
    }

    private static func serve(
        _ file: MountedFile, at directory: String
    ) throws(SystemCallError) -> (Session, WorkerThread<Void, Never>) {
        let session = try Session(file, at: directory)
        do throws(SystemCallError) {
            return (session, try WorkerThread("fuse") { session.serve() })
        } catch {
            session.close()
            throw error
        }
    }

    /// Size of the file now: programs may make it shorter.
    package var sizeInBytes: UInt64 { session.file.size }

    deinit {
        // By force where something still uses the file, so that the thread ends.
        if umount2(directory, 0) != 0 { umount2(directory, Int32(MNT_FORCE | MNT_DETACH)) }
        thread.join()
        session.close()
        // It is empty, and there is nobody to tell.
        rmdir(directory)
    }
}

/// Owner of libfuse's session and of what it hands to its callbacks.
///
/// `@unchecked Sendable`: `serve` runs on one thread, and `close` is called after that has ended or never began.
private final class Session: @unchecked Sendable {
    let file: MountedFile
    private let session: OpaquePointer

    init(_ file: MountedFile, at directory: String) throws(SystemCallError) {
        self.file = file
        var operations = MountedFile.operations
        let words = ["lifeboat", "-o", "fsname=lifeboat,nosuid,nodev,noexec"].map { (word: String) in strdup(word) }
        defer { for word in words { free(word) } }
        var list: [UnsafeMutablePointer<CChar>?] = words + [nil]
        let created = list.withUnsafeMutableBufferPointer { list in
            var arguments = fuse_args(argc: Int32(words.count), argv: list.baseAddress, allocated: 0)
            // It copies the options when it changes them.
            defer { fuse_opt_free_args(&arguments) }
            return fuse_session_new(
                &arguments, &operations, MemoryLayout<fuse_lowlevel_ops>.size,
                Unmanaged.passUnretained(file).toOpaque())
        }
        guard let created else { throw SystemCallError(call: "fuse_session_new", number: EINVAL, path: directory) }
        guard fuse_session_mount(created, directory) == 0 else {
            let number = errno
            fuse_session_destroy(created)
            throw SystemCallError(call: "mount fuse", number: number == 0 ? EIO : number, path: directory)
        }
        session = created
    }

    /// Until the file is unmounted.
    func serve() {
        announceStorageThread()
        _ = fuse_session_loop(session)
    }

    func close() {
        fuse_session_unmount(session)
        fuse_session_destroy(session)
    }
}
