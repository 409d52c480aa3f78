internal import BlockDevices
internal import FileSystems
internal import LinuxSystem

/// Tries the NTFS volumes of restored disks for Windows.
final class WindowsSearch {
    struct Candidate {
        var volume: Int
        /// "/Windows", in the letters it has.
        var directory: String
        var state: NTFSState
    }

    /// Below its directory: what makes it Windows, and what is changed.
    static let systemHive = "System32/config/SYSTEM"

    private let volumes: [RestoredSystem.Volume]
    private let directory: String
    private let isReadOnly: Bool
    private(set) var warnings: [String] = []

    init(volumes: [RestoredSystem.Volume], directory: String, isReadOnly: Bool) {
        self.volumes = volumes
        self.directory = directory
        self.isReadOnly = isReadOnly
    }

    /// Looks into each volume and leaves nothing mounted. What cannot be looked into is a warning.
    func candidates() -> [Candidate] {
        volumes.indices.filter { volumes[$0].superblock.type == "ntfs" }.compactMap { index in
            do throws(SystemCallError) {
                guard let place = try place(index) else { return nil }
                return Candidate(volume: index, directory: place, state: state(volumes[index]))
            } catch {
                warnings.append("\(volumes[index].description) could not be looked into: \(error).")
                return nil
            }
        }
    }

    /// That Windows lies beside a Linux system, which is the one that is adapted.
    func mention(_ beside: [Candidate]) {
        for candidate in beside {
            let volume = volumes[candidate.volume]
            warnings.append(
                "Windows lies on \(volume.description) beside this system and was not adapted. To adapt it as well, run this "
                    + "again with --root \(volume.superblock.uuid ?? volume.description).")
        }
    }

    /// Mounts what was found. A volume that Windows did not leave in order is mounted read-only, whatever is asked for.
    func mount(_ found: Candidate) throws(RecoveryError) -> Mount {
        let volume = volumes[found.volume]
        do throws(SystemCallError) {
            if let mount = try FileSystemMount.mountNTFS(
                volume, at: directory, isReadOnly: isReadOnly || found.state != .clean)
            {
                return mount
            }
        } catch { throw RecoveryError(.failed, "\(volume.description) cannot be mounted by ntfs-3g.", cause: error) }
        throw RecoveryError(.failed, "ntfs-3g refuses to mount \(volume.description). Nothing of it was changed.")
    }

    /// "/Windows" where the volume holds it.
    private func place(_ index: Int) throws(SystemCallError) -> String? {
        guard let mount = try FileSystemMount.mountNTFS(volumes[index], at: directory, isReadOnly: true) else {
            warnings.append("\(volumes[index].description) could not be looked into: ntfs-3g refuses it.")
            return nil
        }
        defer { extendLifetime(mount) }
        let tree = SystemTree(root: directory)
        for name in try tree.names(in: "/") where ["windows", "winnt"].contains(name.lowercased()) {
            if try tree.spelled("/\(name)/\(Self.systemHive)") != nil { return "/\(name)" }
        }
        return nil
    }

    private func state(_ volume: RestoredSystem.Volume) -> NTFSState {
        do throws(FileSystemError) { return try NTFSState.of(volume.device) } catch {
            return .unclean("it cannot be told how it was left: \(error)")
        }
    }
}

extension SystemTree {
    /// A path in the letters that it has on the disk, whatever their case; nil when it is not there. For NTFS as Windows sees
    /// it: of its last part only the name counts, for what Windows keeps compressed (CompactOS) cannot be opened here.
    func spelled(_ path: String) throws(SystemCallError) -> String? {
        var place = ""
        for part in path.split(separator: "/") {
            let names = try names(in: place.isEmpty ? "/" : place)
            guard let name = names.first(where: { $0.lowercased() == part.lowercased() }) else { return nil }
            place += "/\(name)"
        }
        return place
    }
}
