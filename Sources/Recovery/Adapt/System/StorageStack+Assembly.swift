internal import BlockDevices
internal import FileSystems
internal import LinuxSystem

/// What the kernel must put together: by the tools that the rescue image carries for this (mdadm, cryptsetup, lvm2). None of
/// them has a library for it that is kept.
extension StorageStack {
    /// Starts each array on its members that are here, also with fewer than it had.
    func assembleArrays(_ members: [RestoredSystem.Volume]) {
        for (uuid, parts) in Dictionary(grouping: members, by: { $0.superblock.uuid ?? "" }).sorted(by: {
            $0.key < $1.key
        }) {
            let description = "array \(parts[0].superblock.label ?? uuid)"
            guard let device = freeArray() else { return warn("No number is free for \(description).") }
            let words =
                ["mdadm", "--assemble", device, "--run", "--config=none", "--auto=md"]
                + (isReadOnly ? ["--readonly"] : []) + parts.map(\.device)
            let isStarted = run(words, for: description)
            // Also what was put together and does not run: it would hold its members.
            own(Closing(["mdadm", "--stop", device]))
            arrays.append(array(uuid, parts, at: device, isStarted: isStarted))
            guard isStarted else { continue }
            // "host:0" is /dev/md/0 and, where the host is its own, /dev/md0.
            let label = parts[0].superblock.label ?? ""
            let name = label.split(separator: ":").last.map(String.init) ?? label
            let names = name.isEmpty ? [] : ["/dev/md/\(name)"] + (Int(name) == nil ? [] : ["/dev/md\(name)"])
            add(device, description, stableNames: names)
        }
    }

    /// What its members and, where it runs, the kernel say of it.
    private func array(
        _ uuid: String, _ parts: [RestoredSystem.Volume], at device: String, isStarted: Bool
    ) -> RestoredArray {
        let members = parts.compactMap(member)
        let first = members.first
        let missing = Files.text(of: "/sys/block/\(Files.lastComponent(of: device))/md/degraded").flatMap { Int($0) }
        let active = members.isEmpty ? parts.count : members.filter(\.isActive).count
        let present = isStarted ? first.flatMap { first in missing.map { first.memberCount - $0 } } : nil
        return RestoredArray(
            name: first?.name ?? parts[0].superblock.label ?? uuid, level: first?.level,
            memberCount: first?.memberCount, present: present ?? active, isStarted: isStarted)
    }

    /// nil for a superblock that is not known: mdadm may know it.
    private func member(_ part: RestoredSystem.Volume) -> ArrayMember? {
        guard let size = BlockNode(path: part.device)?.sizeInBytes,
            let offset = ArrayMember.offset(version: part.superblock.version, memberSize: size)
        else { return nil }
        let reader = DiskReader(
            TargetMachine.Disk(path: part.device, sizeInBytes: size, logicalSectorSize: 512))
        // mdadm reads it as well, and says why it cannot.
        return (try? reader.bytes(at: offset, count: ArrayMember.length)).flatMap { ArrayMember($0) }
    }

    private func freeArray() -> String? {
        (64..<128).map { "/dev/md\($0)" }.first { BlockNode(path: $0) == nil }
    }

    /// Opens containers whose passphrase is known or given.
    func openContainers(_ containers: [RestoredSystem.Volume]) throws(RecoveryError) {
        // Without it cryptsetup says so.
        if !containers.isEmpty { _ = loadsDeviceMapper() }
        for found in containers {
            let container = LockedContainer(
                description: found.description, uuid: found.superblock.uuid ?? "?", slots: keySlots(of: found))
            if let warning = container.slots?.warning { warn("\(container.name): \(warning)") }
            let name = "lifeboat-\(container.uuid)"
            let words =
                ["cryptsetup", "open", "--type", "luks", "--key-file", "-"] + (isReadOnly ? ["--readonly"] : [])
                + [found.device, name]
            switch try keyring.open(container, { unlock(words, with: $0, for: container.name) }) {
            case .opened:
                own(Closing(["cryptsetup", "close", name], environment: Self.deviceMapperEnvironment))
                add(
                    "/dev/mapper/\(name)", "container \(container.uuid)",
                    stableNames: ["/dev/mapper/luks-\(container.uuid)"])
            case .wrong:
                warn(
                    "\(container.name) is locked and no passphrase opened it: what is in it was not looked at, nothing of it "
                        + "is adapted or proved.")
            case .impossible: break
            }
        }
    }

    /// nil of LUKS1, and where cryptsetup cannot say: opening it reports why.
    private func keySlots(of container: RestoredSystem.Volume) -> KeySlots? {
        guard container.superblock.version == "2",
            let result = try? ChildProcess.run(["cryptsetup", "luksDump", "--dump-json-metadata", container.device]),
            result.status.isSuccess
        else { return nil }
        return KeySlots(json: result.output)
    }

    /// cryptsetup waits for udev to finish with what it makes. Where no rule says so, as in the rescue image, it would wait for
    /// good, and is told to make the nodes itself (libdevmapper's `DM_DISABLE_UDEV`). nil: as ours.
    private static var deviceMapperEnvironment: [String: String]? {
        let folders = ["/usr/lib/udev/rules.d", "/lib/udev/rules.d", "/etc/udev/rules.d"]
        if folders.contains(where: { Files.exists("\($0)/95-dm-notify.rules") }) { return nil }
        return ["DM_DISABLE_UDEV": "1", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"]
    }

    /// The passphrase goes through a file in memory and is on no command line.
    private func unlock(_ words: [String], with phrase: [UInt8], for description: String) -> Keyring.Attempt {
        do throws(SystemCallError) {
            let result = try ChildProcess.run(words, environment: Self.deviceMapperEnvironment, input: phrase)
            // 2 (cryptsetup(8)): no key slot is opened by it.
            if result.status == .exited(2) { return .wrong }
            if result.status.isSuccess { return .opened }
            warn(
                "\(description) cannot be opened: cryptsetup ended with \(result.status): \(result.errorText.suffix(400))"
            )
        } catch { warn("\(description) cannot be opened: \(error)") }
        return .impossible
    }

    /// Linear volumes in one piece as they lie; everything else by device mapper.
    func openLogicalVolumes(_ members: [RestoredSystem.Volume]) {
        guard !members.isEmpty else { return }
        if members.allSatisfy({ $0.disk != nil }) {
            for volume in linear { attachLinear(volume) }
            // Without device mapper the kernel cannot do more.
            if !Files.exists("/dev/mapper/control"), !loadsDeviceMapper() { return }
        }
        activate(members)
    }

    private func loadsDeviceMapper() -> Bool {
        // Built in, not there, or loaded now: the node tells.
        _ = try? ChildProcess.run(["modprobe", "-q", "dm-mod"])
        return Files.exists("/dev/mapper/control")
    }

    private func activate(_ members: [RestoredSystem.Volume]) {
        let filter = members.map { "\"a|^\($0.device)$|\"" }.joined(separator: ",")
        let settings =
            "devices { use_devicesfile=0 filter=[\(filter),\"r|.*|\"] } backup { backup=0 archive=0 } "
            + "activation { udev_sync=0 udev_rules=0 monitoring=0 } global { event_activation=0 use_lvmlockd=0 }"
        let lvm = { (words: [String]) in ["lvm"] + words + ["--config", settings] }
        let known = Set(linear.filter { $0.runs.count == 1 }.compactMap(\.logicalName))
        let listing = lvm(["lvs", "--noheadings", "-o", "lv_full_name"])
        guard let listed = output(listing, for: "the logical volumes") else { return }
        let wanted = listed.split(whereSeparator: \.isWhitespace).map(String.init).filter { !known.contains($0) }
        for group in Set(wanted.compactMap { $0.split(separator: "/").first.map(String.init) }).sorted() {
            let words = lvm(["vgchange", "--activate", "y"] + (isReadOnly ? ["--readonly"] : []) + [group])
            guard run(words, for: "volume group \(group)") else { continue }
            own(Closing(lvm(["vgchange", "--activate", "n", group])))
        }
        for name in wanted {
            let names = Self.names(ofLogicalVolume: name)
            // Pools, and snapshots that are skipped at activation, have no node.
            guard Files.exists(names[1]) else { continue }
            add(names[1], "logical volume \(name)", stableNames: names)
        }
    }

    private func run(_ words: [String], for description: String) -> Bool {
        output(words, for: description) != nil
    }

    /// What the program printed; nil, and a warning, when it failed.
    private func output(_ words: [String], for description: String) -> String? {
        do throws(SystemCallError) {
            let result = try ChildProcess.run(words)
            if result.status.isSuccess { return String(decoding: result.output, as: UTF8.self) }
            warn(
                "\(description) cannot be opened: \(words[0]) ended with \(result.status): \(result.errorText.suffix(400))"
            )
        } catch { warn("\(description) cannot be opened: \(error)") }
        return nil
    }
}

/// Runs a command when it goes out of use: closes what another one opened.
private final class Closing {
    private let words: [String]
    private let environment: [String: String]?

    init(_ words: [String], environment: [String: String]? = nil) {
        self.words = words
        self.environment = environment
    }

    deinit {
        // What stays open is listed by the kernel, and there is nobody to tell.
        _ = try? ChildProcess.run(words, environment: environment)
    }
}
