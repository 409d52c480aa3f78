internal import Archives
internal import LinuxSystem

/// The archive that is added to one initramfs: modules, their firmware, and indexes over the old and new modules together.
struct InitramfsAddition {
    private let tree: SystemTree
    private let index: ModuleIndex
    private let contents: InitramfsContents
    private var writer = CpioWriter()

    init(tree: SystemTree, index: ModuleIndex, contents: InitramfsContents) {
        self.tree = tree
        self.index = index
        self.contents = contents
    }

    /// Not compressed: a kernel takes that whatever it was built with. Behind an lz4 stream, which has no end of its own, it is
    /// packed as more of that.
    mutating func archive(
        adding modules: Set<String>, files: [(path: String, bytes: [UInt8])]
    ) throws(RecoveryError) -> [UInt8] {
        do {
            if !modules.isEmpty {
                for module in modules.sorted() { try add(module) }
                try addFirmware(of: modules)
                try addIndexes(with: modules)
                if contents.loadsByList { addLoadList(modules) }
            }
            for file in files { writer.add(file.path, file.bytes) }
            writer.add(InitramfsContents.sign, [])
        } catch let error as RecoveryError {
            throw error
        } catch {
            throw RecoveryError(
                .failed,
                "An archive for the initramfs of kernel \(index.release) cannot be made: \(error). It is unchanged.")
        }
        // The kernel looks for an archive at multiples of four only, of the file or of what a stream unpacks to.
        let place = contents.scan.openEnd ?? contents.scan.sizeInBytes
        let archive = [UInt8](repeating: 0, count: Int((4 - place % 4) % 4)) + writer.finish()
        return contents.scan.openEnd == nil ? archive : LZ4Stream.packed(archive)
    }

    private mutating func add(_ module: String) throws {
        guard let path = index.paths[module] else { return }
        writer.add("\(contents.directory)/\(path)", try bytes(ofModule: path))
    }

    private func bytes(ofModule path: String) throws -> [UInt8] {
        try Files.contents(of: try place(ofModule: path), limit: 256 << 20)
    }

    private func place(ofModule path: String) throws -> String {
        for directory in ModuleIndex.directories {
            if let found = try tree.path("\(directory)/\(index.release)/\(path)") { return found }
        }
        throw RecoveryError(.failed, "Module \(path) of kernel \(index.release) is listed and is not there.")
    }

    private mutating func addFirmware(of modules: Set<String>) throws {
        let asked = try ChildProcess.run(
            ["modinfo", "-b", tree.root, "-k", index.release, "-F", "firmware"] + modules.sorted())
        // A module of a form that modinfo does not know has no firmware to be found: the disk may need none.
        let names = Set(String(decoding: asked.output, as: UTF8.self).split(separator: "\n").map(String.init))
        for name in names.sorted() where !name.split(separator: "/").contains("..") {
            for file in [name, name + ".xz", name + ".zst"] {
                let places = ["/usr/lib/firmware/\(file)", "/lib/firmware/\(file)"]
                guard let found = try places.lazy.compactMap({ try tree.path($0) }).first else { continue }
                let directory = contents.directory.split(separator: "/").dropLast(2).joined(separator: "/")
                writer.add("\(directory)/firmware/\(file)", try Files.contents(of: found, limit: 64 << 20))
                break
            }
        }
    }

    /// `depmod` over links to the modules that the initramfs will hold.
    private mutating func addIndexes(with modules: Set<String>) throws {
        let work = try WorkDirectory.path("depmod")
        defer {
            // Small, and below the directory that goes with the machine's run time.
            _ = try? ChildProcess.run(["rm", "-rf", work])
        }
        let directory = "\(work)/lib/modules/\(index.release)"
        try Files.makeDirectories(directory)
        for module in modules.union(contents.modules) {
            guard let path = index.paths[module] else { continue }
            try Files.makeDirectories(Files.parent(of: "\(directory)/\(path)"))
            try Files.makeLink("\(directory)/\(path)", to: try place(ofModule: path))
        }
        for name in ["modules.order", "modules.builtin", "modules.builtin.modinfo"] {
            for place in ModuleIndex.directories {
                guard let bytes = try tree.contents(of: "\(place)/\(index.release)/\(name)", limit: 16 << 20) else {
                    continue
                }
                try Files.write(bytes, to: "\(directory)/\(name)")
                break
            }
        }
        let made = try ChildProcess.run(["depmod", "-b", work, index.release])
        guard made.status.isSuccess else {
            throw RecoveryError(.failed, "depmod ended with \(made.status): \(made.errorText.suffix(400))")
        }
        for name in try Files.names(in: directory) where name.hasPrefix("modules.") && name != "modules.order" {
            writer.add("\(contents.directory)/\(name)", try Files.contents(of: "\(directory)/\(name)", limit: 64 << 20))
        }
    }

    private mutating func addLoadList(_ modules: Set<String>) {
        var list = contents.listed
        if let last = list.last, last != 0x0a { list.append(0x0a) }
        for module in modules.sorted() { list += "\(module)\n".utf8 }
        writer.add(InitramfsContents.loadList, list)
    }
}
