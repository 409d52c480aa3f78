internal import BlockDevices
internal import FileMounts
internal import LinuxSystem

/// An XFS, which cannot be made smaller: its files are copied into a new one with the same names and features, by mkfs.xfs, the
/// kernel and cp. All of them are read for that, before a target is opened.
final class XFSCopier: PartitionShrinker {
    /// mkfs.xfs makes none below 300 MiB.
    private static let leastSize: UInt64 = 304 << 20
    /// For the log of the new one, which may be larger than the old one's: mkfs.xfs takes 1/2048, at least this, at most 2 GiB.
    private static let logSize: UInt64 = 64 << 20
    /// What it keeps beyond what is used: a twentieth, at least 64 MiB.
    private static let margin: UInt64 = 64 << 20
    private let file: MountedOverlay
    private let tools: FitTools
    private var files: UInt64 = 0
    private var used: UInt64 = 0
    private var copied: UInt64 = 0

    init(_ file: MountedOverlay, _ tools: FitTools) {
        self.file = file
        self.tools = tools
    }

    private var name: String { file.overlay.name }

    /// Mounts it, which brings the log to rest.
    func check() throws(RecoveryError) {
        _ = try features()
        let old = try mountOld()
        defer { extendLifetime(old) }
        do throws(SystemCallError) {
            let space = try VolumeSpace(of: old.directory)
            (used, files) = (space.sizeInBytes - min(space.sizeInBytes, space.freeBytes), space.usedFiles)
        } catch { throw file.refusal("the kernel does not say how much of it is used (\(error))") }
    }

    func minimum(_ effort: FitEffort) -> UInt64 {
        guard effort == .copying else { return file.overlay.sizeInBytes }
        return max(Self.leastSize, used + max(Self.margin, used / 20) + Self.logSize)
    }

    /// A file's inode and its name; and the log, which goes in a circle.
    func scratch(forSize size: UInt64) throws(RecoveryError) -> UInt64 {
        files * max(1_024, 2 * (try features().inodeSize)) + max(Self.logSize, min(size / 2_048, 2 << 30))
    }

    func rest() { file.rest() }

    func shrink(to size: UInt64) throws(RecoveryError) -> any ChangedPartition {
        try file.wake()
        let features = try features()
        let place: String
        let content: FileDescriptor
        do throws(SystemCallError) {
            place = try WorkDirectory.path("new")
            content = try tools.scratch.file("fit-new")
        } catch { throw file.refusal("nothing can be written to \(tools.scratch.directory) (\(error))") }
        // What is read is in the new one before it is forgotten where it was read.
        let recent = RecentBlocks { try Files.synchronizeFileSystem(of: place) }
        let new = CopiedPartition(size: size / 4_096 * 4_096, from: file.overlay, recent: recent, scratch: content)
        let shown = try ShownPartition(new)
        _ = try run(shown, ["mkfs.xfs"] + features.arguments)
        try require(features, of: new)
        try fill(shown, at: place, recent)
        recent.forget()
        tools.tell("Checking the new \(name)")
        _ = try run(shown, ["xfs_repair", "-n", "-P"])
        return new
    }

    var warnings: [String] {
        get throws(RecoveryError) {
            let features = try features()
            var lost: [String] = []
            if features.sharesBlocks { lost.append("where files shared blocks, each has its own now") }
            if features.hasQuota { lost.append("limits of its quotas were not brought along") }
            let end = lost.isEmpty ? "" : "; " + lost.joined(separator: "; ")
            return [
                "\(name) cannot be made smaller: its \(copied) files were copied into a new one with the same UUID\(end)"
            ]
        }
    }

    // MARK: Doing

    private func features() throws(RecoveryError) -> XFSFeatures {
        do throws(RecoveryError) { return try XFSFeatures(DiskReader(file.overlay).bytes(at: 0, count: 512)) } catch {
            throw error.ofLooking { file.refusal($0) }
        }
    }

    /// A newer mkfs.xfs may add what an older kernel or boot loader cannot read.
    private func require(_ wanted: XFSFeatures, of new: CopiedPartition) throws(RecoveryError) {
        let made: XFSFeatures
        do throws(RecoveryError) { made = try XFSFeatures(DiskReader(new).bytes(at: 0, count: 512)) } catch {
            throw error.ofLooking { file.refusal("what mkfs.xfs made cannot be read: \($0)") }
        }
        guard made.arguments == wanted.arguments else {
            throw file.refusal(
                "mkfs.xfs made another one than was asked for (\(made.arguments.joined(separator: " ")) instead of "
                    + "\(wanted.arguments.joined(separator: " ")))")
        }
    }

    private func mountOld() throws(RecoveryError) -> MountedXFS {
        let place: String
        do throws(SystemCallError) { place = try WorkDirectory.path("old") } catch {
            throw file.refusal("it cannot be mounted (\(error))")
        }
        return try mount(file, at: place, isReadOnly: true)
    }

    private func mount(
        _ shown: ShownPartition<some ChangedPartition>, at place: String, isReadOnly: Bool
    ) throws(RecoveryError) -> MountedXFS {
        do throws(SystemCallError) {
            return try MountedXFS(loop(shown), at: place, isReadOnly: isReadOnly)
        } catch {
            try shown.checkRequests()
            throw file.refusal("it cannot be mounted to copy its files (\(error)); the kernel's log says why")
        }
    }

    private func loop(
        _ shown: ShownPartition<some ChangedPartition>
    ) throws(SystemCallError) -> LoopDevice {
        try LoopDevice(shown.path, offset: 0, length: shown.overlay.sizeInBytes, isReadOnly: false)
    }

    private func run(_ shown: ShownPartition<some ChangedPartition>, _ words: [String]) throws(RecoveryError) -> String
    {
        let loop: LoopDevice
        do throws(SystemCallError) { loop = try self.loop(shown) } catch {
            throw file.refusal("it cannot be opened for \(words[0]) (\(error))")
        }
        defer { extendLifetime(loop) }
        return try shown.run(words + [loop.path])
    }

    private func fill(
        _ shown: ShownPartition<some ChangedPartition>, at place: String, _ recent: RecentBlocks
    ) throws(RecoveryError) {
        let old = try mountOld()
        let new = try mount(shown, at: place, isReadOnly: false)
        defer { extendLifetime(old) }
        file.overlay.observe(recent)
        defer { file.overlay.observe(nil) }
        try copy(from: old, to: new, shown, recent)
        do {
            let twins = FileTwins(old.directory, new.directory)
            copied = try twins.finish { count in
                if tools.isInterrupted() { throw RecoveryError.interruptedBeforeWriting }
                tools.tell("Comparing the files of the new \(name): \(count) of \(files)")
            }
            try Files.synchronizeFileSystem(of: new.directory)
        } catch let error as RecoveryError { throw error } catch {
            try shown.checkRequests()
            try file.checkRequests()
            throw file.refusal("a copy of its files is not as they are (\(error))")
        }
        guard new.unmount() else {
            throw file.refusal(
                "its copy was unmounted, but another program still has it mounted in a mount namespace of its own (a container that "
                    + "was started meanwhile, say); end it, and try again")
        }
    }

    private func copy(
        from old: MountedXFS, to new: MountedXFS, _ shown: ShownPartition<some ChangedPartition>, _ recent: RecentBlocks
    ) throws(RecoveryError) {
        let words = [
            "cp", "--recursive", "--no-dereference", "--preserve=mode,ownership,timestamps,links,xattr",
            "\(old.directory)/.", new.directory,
        ]
        let log = new.directory + ".log"
        var status: ExitStatus?
        do throws(SystemCallError) {
            var child = try ChildProcess(words, errorOutput: .file(log))
            while !tools.isInterrupted() {
                status = try child.poll()
                if status != nil { break }
                tools.tell("Copying the files of \(name): \(recent.total >> 20) of about \(used >> 20) MiB")
                forgetReads()
                Clocks.sleep(nanoseconds: 500_000_000)
            }
        } catch { throw file.refusal("cp cannot be run (\(error))") }
        let said = Files.text(of: log) ?? ""
        // It is in a directory that goes with the machine's run time.
        _ = try? Files.remove(log)
        guard let status else { throw .interruptedBeforeWriting }
        guard !status.isSuccess else { return }
        try shown.checkRequests()
        try file.checkRequests()
        let isFull = said.contains("No space left on device")
        let isShared = try features().sharesBlocks
        let more = isFull && isShared ? "; where files shared blocks, each needs its own now" : ""
        throw file.refusal("cp ended with \(status): \(said.suffix(400))\(more)")
    }

    /// What the kernel keeps of the old one it would not ask for again, and nobody would know what was read.
    private func forgetReads() {
        // Then more of it lies in the scratch directory.
        try? FileDescriptor(file.path).adviseNotNeeded(0..<file.overlay.sizeInBytes)
    }
}
