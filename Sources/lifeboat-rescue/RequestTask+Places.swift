import BlockDevices
import Inventory
import LinuxSystem
import Repository
import RepositoryFormat
import RescueConsole

extension RequestTask {
    /// File systems of this machine's disks that Linux can mount and nobody uses. Looks at every disk.
    ///
    /// Of the rescue medium only where `includingMedium`: it may have a partition for logs. Never the one that it starts from.
    func localFileSystems(includingMedium: Bool = false) -> [LocalFileSystem] {
        presentDisks(repository: "").flatMap { disk -> [LocalFileSystem] in
            guard disk.roles.isEmpty || includingMedium && disk.roles == [.rescueMedium], isFree(disk.use),
                let contents = disk.contents
            else { return [] }
            let bus = disk.identity.transport.map { ", \($0)" } ?? ""
            func system(_ path: String, _ signatures: Signatures, _ size: UInt64) -> LocalFileSystem? {
                guard case .one(let found) = signatures, found.usage == .filesystem, Mounter.canMount(found.type),
                    disk.roles.isEmpty || found.label != "LIFEBOATEFI"
                else { return nil }
                return LocalFileSystem(
                    path: path, kind: found.type, label: found.label, uuid: found.uuid, sizeInBytes: size,
                    disk: disk.target.description + bus, serial: disk.identity.serial ?? disk.identity.wwn)
            }
            let whole = system(disk.path, contents.signatures, disk.geometry.sizeInBytes)
            let nodes = BlockNode(path: disk.path)?.partitions ?? []
            return [whole].compactMap { $0 }
                + contents.partitions.compactMap { partition in
                    let node = nodes.first { $0.attribute("partition") == "\(partition.number)" }
                    return node.flatMap { system($0.path, partition.signatures, partition.sizeInBytes) }
                }
        }
    }

    /// What this console itself has mounted is free: it is taken off before the next place is mounted.
    private func isFree(_ use: DiskUse) -> Bool {
        var use = use
        use.mounts.removeAll { $0.mountPoint == worker.mountPoint }
        return use.isFree
    }

    /// Mounts a place and looks what is there.
    func mount(_ place: RepositoryPlace, writable: Bool) throws -> ConsoleResult {
        let directory: String
        switch place {
        case .directory(let path): directory = path
        case .export(let text):
            try Mounter.mount(export: text, at: worker.mountPoint, writable: writable)
            directory = worker.mountPoint
        case .fileSystem(let chosen):
            // By what it is: the name may belong to another disk by now.
            guard let system = chosen.found(in: localFileSystems()) else {
                return .failed("\(chosen.path) is not there any more. Look again.")
            }
            try Mounter.mount(system, at: worker.mountPoint, writable: writable)
            directory = worker.mountPoint
        }
        guard try Files.status(directory)?.kind == .directory else {
            return .failed("There is no directory \(directory).")
        }
        return .mounted(directory, hosts: try hosts(in: directory, mayBeEmpty: writable))
    }

    /// nil when there is no repository and need not be one.
    private func hosts(in directory: String, mayBeEmpty: Bool) throws(RepositoryError) -> [String]? {
        let store = try StoreLocation.open(directory)
        do {
            return try Repository.open(store).hosts().map(\.name)
        } catch {
            guard mayBeEmpty, error.code == .notARepository else { throw error }
            return nil
        }
    }
}
