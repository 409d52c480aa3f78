internal import LinuxSystem

/// The open files of other processes, from proc: the kernel lets anyone open a device that QEMU writes to without
/// `O_EXCL`, or an image file of a running VM.
struct OpenFiles: Sendable {
    private let tree: KernelTree

    init(in tree: KernelTree) { self.tree = tree }

    /// "name (pid)" of every process but ours that has a matching file open for writing. Processes that we may not
    /// look at are left out, as are those that end meanwhile.
    func writers(_ matches: (FileStatus) -> Bool) -> [String] {
        let own = "\(RunningSystem.processID)"
        // Without proc there is nothing to see.
        let processes = ((try? Files.names(in: tree.proc)) ?? []).filter { UInt32($0) != nil && $0 != own }
        return processes.compactMap { process in
            guard hasOpenForWriting(process, matches) else { return nil }
            return "\(Files.text(of: "\(tree.proc)/\(process)/comm") ?? "process") (\(process))"
        }
    }

    private func hasOpenForWriting(_ process: String, _ matches: (FileStatus) -> Bool) -> Bool {
        let directory = "\(tree.proc)/\(process)"
        // Ended or not ours to look at.
        let descriptors = (try? Files.names(in: directory + "/fd")) ?? []
        return descriptors.contains { descriptor in
            // Pipes and sockets have no absolute path; a descriptor may close at any moment.
            guard let target = try? Files.linkTarget("\(directory)/fd/\(descriptor)"), target.hasPrefix("/"),
                isWriting("\(directory)/fdinfo/\(descriptor)"),
                let status = try? Files.status("\(directory)/fd/\(descriptor)")
            else { return false }
            return matches(status)
        }
    }

    /// The octal flags in fdinfo: the lowest two bits are `O_ACCMODE`, 0 is read only.
    private func isWriting(_ path: String) -> Bool {
        guard let line = Files.text(of: path)?.split(separator: "\n").first(where: { $0.hasPrefix("flags:") }),
            let flags = line.split(whereSeparator: { $0 == "\t" || $0 == " " }).last.flatMap({ UInt64($0, radix: 8) })
        else { return false }
        return flags & 3 != 0
    }
}
