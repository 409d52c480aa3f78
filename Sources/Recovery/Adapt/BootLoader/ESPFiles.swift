internal import LinuxSystem

/// The files of an EFI system partition: through the restored system's mount point, or, where it is not mounted, with
/// mtools on the disk itself. FAT knows no case, so neither do the names here.
package struct ESPFiles: Sendable {
    package enum Access: Sendable {
        case mounted(SystemTree, at: String)
        case disk(number: Int, path: String, offset: UInt64)
    }

    /// Loaders are 1 to 6 MB, unified kernels up to some hundred.
    static let sizeLimit = 512 << 20

    package let access: Access

    package init(_ access: Access) { self.access = access }

    /// Names in a directory ("/EFI/debian"); empty when it is not there.
    package func names(in path: String) throws(RecoveryError) -> [String] {
        switch access {
        case .mounted(let tree, let mountPoint):
            return try tree.looking { tree throws(SystemCallError) in
                guard let found = try Self.find(path, in: tree, below: mountPoint) else { return [] }
                return try tree.names(in: found)
            }
        case .disk(_, let disk, let offset):
            let result = try Self.mtools(["mdir", "-b", "-a", "-i", "\(disk)@@\(offset)", "::\(path)"])
            guard result.status.isSuccess else { return [] }
            return String(decoding: result.output, as: UTF8.self).split(separator: "\n")
                .compactMap { $0.split(separator: "/").last.map(String.init) }
        }
    }

    package func contents(of path: String) throws(RecoveryError) -> [UInt8]? {
        switch access {
        case .mounted(let tree, let mountPoint):
            return try tree.looking { tree throws(SystemCallError) in
                guard let found = try Self.find(path, in: tree, below: mountPoint) else { return nil }
                return try tree.contents(of: found, limit: Self.sizeLimit)
            }
        case .disk(_, let disk, let offset):
            let result = try Self.mtools(["mtype", "-i", "\(disk)@@\(offset)", "::\(path)"])
            return result.status.isSuccess ? result.output : nil
        }
    }

    package func text(of path: String) throws(RecoveryError) -> String? {
        try contents(of: path).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The change that puts a file there.
    func writing(_ bytes: [UInt8], to path: String, reason: String) throws(RecoveryError) -> AdaptationChange {
        switch access {
        case .mounted(let tree, let mountPoint):
            let place = try tree.looking { tree throws(SystemCallError) in
                try Self.spelled(path, in: tree, below: mountPoint)
            }
            return AdaptationChange(.write(path: place, bytes: bytes, mode: 0o700), reason: reason)
        case .disk(let number, _, let offset):
            return AdaptationChange(.writeESP(disk: number, offset: offset, path: path, bytes: bytes), reason: reason)
        }
    }

    /// Carries out `AdaptationChange.Action.writeESP` on a disk or image (mmd, mcopy). The file system must not be mounted.
    package static func write(_ bytes: [UInt8], to path: String, on disk: String, offset: UInt64) throws(RecoveryError)
    {
        var directory = ""
        for part in path.split(separator: "/").dropLast() {
            directory += "/\(part)"
            // It may be there already, which mmd takes for a failure; what is really wrong shows at the copy below.
            _ = try mtools(["mmd", "-D", "s", "-i", "\(disk)@@\(offset)", "::\(directory)"])
        }
        let file = try temporaryFile()
        defer { _ = try? Files.remove(file) }  // a leftover in /tmp harms nobody
        do {
            try Files.write(bytes, to: file)
        } catch {
            throw RecoveryError(.failed, "Cannot write \(file).", cause: error)
        }
        let result = try mtools(["mcopy", "-o", "-i", "\(disk)@@\(offset)", file, "::\(path)"])
        guard result.status.isSuccess else {
            throw RecoveryError(
                .failed, "Cannot put \(path) into the EFI system partition at \(offset) of \(disk): \(result.errorText)"
            )
        }
    }

    static func temporaryFile() throws(RecoveryError) -> String {
        do {
            return "/tmp/lifeboat-\(try RunningSystem.randomName(bytes: 8))"
        } catch {
            throw RecoveryError(.failed, "Cannot draw a name for a temporary file.", cause: error)
        }
    }

    private static func mtools(_ arguments: [String]) throws(RecoveryError) -> ChildProcess.Captured {
        do {
            // Its checks of disk geometry are of the age of floppies and refuse sound partitions. Codepage 367 is ASCII, which
            // glibc knows by itself: for another it loads a module, and the rescue image has none.
            let environment = [
                "MTOOLS_SKIP_CHECK": "1", "MTOOLSRC": "/dev/null", "LC_ALL": "C.UTF-8", "DEFAULT_CODEPAGE": "367",
            ]
            return try ChildProcess.run(arguments, environment: environment, limit: sizeLimit)
        } catch {
            throw RecoveryError(.failed, "Cannot run \(arguments[0]) of mtools.", cause: error)
        }
    }

    /// `path` below `mountPoint` in the letters that it has there; nil when it is not there.
    private static func find(_ path: String, in tree: SystemTree, below mountPoint: String) throws(SystemCallError)
        -> String?
    {
        let place = try spelled(path, in: tree, below: mountPoint)
        return tree.contains(place) ? place : nil
    }

    private static func spelled(
        _ path: String, in tree: SystemTree, below mountPoint: String
    ) throws(SystemCallError) -> String {
        var place = mountPoint == "/" ? "" : mountPoint
        for part in path.split(separator: "/") {
            let there = try tree.names(in: place).first { $0.lowercased() == part.lowercased() }
            place += "/\(there ?? String(part))"
        }
        return place
    }
}

extension SystemTree {
    /// Looks at files of the restored system; a file system that cannot be read ends the step.
    func looking<Result>(
        _ body: (SystemTree) throws(SystemCallError) -> Result
    ) throws(RecoveryError) -> Result {
        do {
            return try body(self)
        } catch {
            throw RecoveryError(.failed, "Cannot read the files of the restored system: \(error).", cause: error)
        }
    }
}
