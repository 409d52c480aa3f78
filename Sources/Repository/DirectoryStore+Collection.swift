internal import FoundationEssentials
internal import LinuxSystem
internal import RepositoryFormat

/// A lease is a file that its writer holds locked (`flock(2)`): it ends with the writer, however that ends.
private final class DirectoryLease: WriterLease {
    let name: String
    private let file: FileDescriptor

    init(name: String, file: consuming FileDescriptor) {
        self.name = name
        self.file = file
    }

    deinit {
        // Garbage when it stays: the lock ends with the descriptor, and the next collection removes the file.
        _ = try? Files.remove(file.path)
    }
}

extension DirectoryStore: CollectableObjectStore {
    package func remove(_ names: [String]) throws(StoreError) {
        var folders: Set<String> = []
        for name in names {
            do {
                let path = path(of: name)
                if try Files.remove(path) { folders.insert(Files.parent(of: path)) }
            } catch { throw storeError(error, removing: name) }
        }
        guard isDurable else { return }
        for folder in folders {
            do { try Files.synchronizeDirectory(folder) } catch { throw storeError(error, removing: folder) }
        }
    }

    package func lease() throws(StoreError) -> any WriterLease {
        while true {
            let name = "\(ObjectName.leases)\(UUID().text)"
            try makeFolder(of: name)
            do {
                let file = try FileDescriptor(path(of: name), [.write, .createNew])
                // A collection that saw the file before it was locked takes it for a dead one.
                if try file.lockExclusively(), try Files.status(file.path)?.inode == file.status().inode {
                    return DirectoryLease(name: name, file: file)
                }
            } catch { throw storeError(error, writing: name) }
        }
    }

    package func heldLeases(removingDead: Bool) throws(StoreError) -> Set<String> {
        var held: Set<String> = []
        for name in try list(ObjectName.leases) {
            do {
                let file = try FileDescriptor(path(of: name), [.write])
                guard try file.lockExclusively() else {
                    held.insert(name)
                    continue
                }
                if removingDead { _ = try Files.remove(file.path) }
            } catch let error where error.isNotFound {
                continue  // its writer ended just now
            } catch { throw storeError(error, removing: name) }
        }
        return held
    }

    package func removeLeftovers(before limit: Int64) throws(StoreError) -> UInt64 {
        var bytes: UInt64 = 0
        for name in try temporaryFiles() {
            let path = "\(location)/\(name)"
            do {
                guard let status = try Files.status(path), status.modifiedAtUTCNanoseconds < limit else { continue }
                if try Files.remove(path) { bytes += status.sizeInBytes }
            } catch { throw storeError(error, removing: name) }
        }
        return bytes
    }

    private func storeError(_ error: any Error, removing name: String) -> StoreError {
        let reason = (error as? SystemCallError)?.reason ?? "\(error)"
        return StoreError(.inputOutput, "\(name) cannot be removed from \(location): \(reason).")
    }
}
