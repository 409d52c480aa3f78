internal import BlockDevices
internal import Buffers
internal import LinuxSystem

/// All swap space of a restored system, each with its signature as it is now.
struct HibernationSurvey {
    struct Space: Hashable {
        enum Place: Hashable {
            /// Index into the system's volumes.
            case volume(Int)
            case file(String)
            /// Where `resume_offset=` points to in a volume, and no swap file is known there.
            case offset(UInt64, volume: Int)
        }

        var place: Place
        /// "partition 2 of /dev/sda", "/swapfile".
        var words: String
        /// nil when it cannot be told from swap space that holds an image.
        var signature: SwapSignature?
    }

    private(set) var spaces: [Space] = []
    private(set) var warnings: [String] = []

    init(_ system: RestoredSystem) {
        for (index, volume) in system.volumes.enumerated()
        where ["swap", "swsuspend"].contains(volume.superblock.type) {
            add(.volume(index), volume.description) { () throws(SystemCallError) in
                try FileDescriptor(volume.device).bytes(SwapSignature.reach, at: 0)
            }
        }
        readFiles(system.tree)
        readResume(system)
    }

    private mutating func add(
        _ place: Space.Place, _ words: String, _ read: () throws(SystemCallError) -> [UInt8]
    ) {
        var signature: SwapSignature?
        do throws(SystemCallError) { signature = SwapSignature(try read()) } catch {
            warnings.append("\(words) cannot be read, and was not searched for a hibernation image: \(error).")
        }
        spaces.append(Space(place: place, words: words, signature: signature))
    }

    /// A file may be called like swap and be none; a volume is here because libblkid says that it is.
    private mutating func addFile(_ path: String, _ found: String) {
        let count = spaces.count
        let warned = warnings.count
        add(.file(path), path) { () throws(SystemCallError) in
            try FileDescriptor(found).bytes(SwapSignature.reach, at: 0)
        }
        if spaces[count].signature == nil, warnings.count == warned { spaces.removeLast() }
    }

    // MARK: Files

    private mutating func readFiles(_ tree: SystemTree) {
        var editor = ConfigurationEditor(tree: tree)
        var paths = (editor.open("/etc/fstab")?.lines ?? []).compactMap { FstabLine($0) }.filter(\.isSwap).map(\.device)
        for unit in ConfigurationEditor.paths(in: "/etc/systemd/system", of: tree, endings: [".swap"]) {
            paths += (editor.open(unit)?.lines ?? []).compactMap { line in
                line.cut(at: "=").flatMap { $0.before.trimmed == "What" ? $0.after.trimmed : nil }
            }
        }
        // As installers name them; swap that nothing names may still hold an image.
        paths += ["/swapfile", "/swap.img", "/swap/swapfile", "/var/swap", "/var/swapfile"]
        for path in paths.reduced where path.hasPrefix("/") && !path.hasPrefix("/dev/") {
            // What cannot be looked at is not there for anybody.
            guard let found = (try? tree.path(path)) ?? nil, let status = (try? Files.status(found)) ?? nil,
                status.kind == .regularFile
            else { continue }
            addFile(path, found)
        }
    }

    // MARK: The command line

    /// Only x86 has its images found by `resume_offset=` here: in pages of 4096 bytes.
    private static let pageSize: UInt64 = 4096

    private mutating func readResume(_ system: RestoredSystem) {
        var editor = ConfigurationEditor(tree: system.tree)
        var offsets: Set<UInt64> = []
        var devices: [String] = []
        for path in BootFiles.entries(in: system.tree) + BootFiles.environments(in: system.tree) {
            for line in editor.open(path)?.lines ?? [] where !BootFiles.isComment(line) {
                devices += CommandLineWords.words(of: line).filter { $0.key.hasSuffix("resume") }.map(\.value)
                for word in line.words(separatedAlsoBy: "\"'") where line[word].hasPrefix("resume_offset=") {
                    if let page = UInt64(line[word].dropFirst(14)), page > 0, page < 1 << 44 { offsets.insert(page) }
                }
            }
        }
        for page in offsets.sorted().prefix(16) { look(at: page * Self.pageSize, system.volumes) }
        warnAboutLocked(devices.reduced, system.volumes)
    }

    /// Past the page cache: a swap file that was put right through its file system is not in the device's.
    private mutating func look(at offset: UInt64, _ volumes: [RestoredSystem.Volume]) {
        for (index, volume) in volumes.enumerated() where volume.superblock.usage == .filesystem {
            let buffer = AlignedBuffer(capacity: Int(Self.pageSize))
            // Beyond its end there is nothing, and what cannot be read by now was reported when it was mounted.
            guard let file = try? FileDescriptor(volume.device, [.direct]),
                (try? file.read(into: buffer.all, at: offset)) == Int(Self.pageSize)
            else { continue }
            guard let signature = SwapSignature(buffer.all.withBytes { Array($0) }), signature.state != .plain,
                !spaces.contains(where: { $0.signature.map { $0.state != .plain } ?? false && $0.isFile })
            else { continue }
            spaces.append(
                Space(
                    place: .offset(offset, volume: index),
                    words: "\(volume.description), byte \(offset) (resume_offset=)", signature: signature))
        }
    }

    private mutating func warnAboutLocked(_ devices: [String], _ volumes: [RestoredSystem.Volume]) {
        let locked = volumes.filter { volume in
            volume.superblock.usage == .crypto
                && !volumes.contains { $0.description == "container \(volume.superblock.uuid ?? "?")" }
        }
        guard !locked.isEmpty else { return }
        for device in devices {
            guard case .stacked = DeviceReference(device), !volumes.contains(where: { $0.stableNames.contains(device) })
            else { continue }
            warnings.append(
                "resume=\(device) may lie in \(locked.map(\.description).joined(separator: ", ")), which is locked and was not "
                    + "searched for a hibernation image. If the host was hibernated then, add noresume to the command line of "
                    + "its first start.")
        }
    }
}

extension HibernationSurvey.Space {
    var isFile: Bool { if case .file = place { true } else { false } }

    /// Whether a kernel would resume from it.
    var isSuspended: Bool { signature.map { $0.state != .plain } ?? false }
}
