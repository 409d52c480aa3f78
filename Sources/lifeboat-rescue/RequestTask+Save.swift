import BlockDevices
import Glibc
import Inventory
import LinuxSystem
import Progress
import RescueConsole

extension RequestTask {
    /// The disks of this machine, and who uses what on them.
    func diskOverview() -> [DiskOverview] {
        presentDisks(repository: "").map { disk in
            var overview = DiskOverview(disk)
            for node in BlockNode(path: disk.path)?.partitions ?? [] {
                guard let number = node.attribute("partition").flatMap({ Int($0) }) else { continue }
                overview.uses[number] = DiskUse.of(node)
            }
            return overview
        }
    }

    /// Copies logs and reports to a place, which is unmounted again.
    func save(to place: RepositoryPlace, host: String?) throws -> ConsoleResult {
        let mountPoint = options.savePoint(of: worker.console)
        switch place {
        case .directory(let path):
            guard try Files.status(path)?.kind == .directory else {
                return .failed("There is no directory \(path). Nothing was copied.")
            }
            return .saved(try copyLogs(to: path, named: path, host: host))
        case .export(let text): try Mounter.mount(export: text, at: mountPoint, writable: true)
        case .fileSystem(let chosen):
            // By what it is: the name may belong to another disk by now.
            guard let system = chosen.found(in: localFileSystems(includingMedium: true)) else {
                return .failed("\(chosen.path) is not there any more. Nothing was copied. Look again.")
            }
            // Mounted read-only for a restore, it could not be written to. Where it is not, there is nothing to take off.
            if DiskUse.of(system.path).mounts.contains(where: { $0.mountPoint == worker.mountPoint }) {
                _ = umount2(worker.mountPoint, 0)
            }
            try Mounter.mount(system, at: mountPoint, writable: true)
        }
        let lines: [String]
        do { lines = try copyLogs(to: mountPoint, named: place.description, host: host) } catch {
            // The error that matters is the one of the copy.
            try? Mounter.unmount(mountPoint)
            throw error
        }
        try Mounter.unmount(mountPoint)
        return .saved(lines + ["It is unmounted: a USB disk can be taken out."])
    }

    private func copyLogs(to directory: String, named name: String, host: String?) throws -> [String] {
        let host = host ?? Product.current?.serial
        let base = SavedLogs.directoryName(host: host, time: Clocks.utcNanoseconds)
        var target = base
        var number = 1
        while Files.exists("\(directory)/\(target)") {
            number += 1
            target = "\(base)-\(number)"
        }
        try Files.makeDirectories("\(directory)/\(target)")
        var files = 0
        var bytes = 0
        func copy(_ content: [UInt8], as name: String) throws {
            // Text, whatever else is in it: it may be sent to anybody.
            let text = Array(SavedLogs.redacted(String(decoding: content, as: UTF8.self)).utf8)
            let file = try FileDescriptor("\(directory)/\(target)/\(name)", [.write, .createNew])
            try file.write(text, at: 0)
            try file.synchronize()
            files += 1
            bytes += text.count
        }
        var missing: [String] = []
        for name in try Files.names(in: options.stateDirectory) where SavedLogs.includes(name) {
            let content: [UInt8]
            do { content = try Files.contents(of: "\(options.stateDirectory)/\(name)", limit: 64 << 20) } catch {
                missing.append("\(error)")
                continue
            }
            try copy(content, as: name)
        }
        if let log = kernelLog() {
            try copy(Array(log.utf8), as: "kernel.log")
        } else {
            missing.append("the kernel's log")
        }
        try Files.synchronizeDirectory("\(directory)/\(target)")
        try Files.synchronizeDirectory(directory)
        return ["Saved \(files) files, \(Quantity.bytes(UInt64(bytes))), as \(target) on \(name)."]
            + missing.map { "! Not copied: \($0)" }
    }
}
