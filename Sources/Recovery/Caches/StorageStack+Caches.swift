internal import BlockDevices
internal import LinuxSystem

/// What bcache makes of a backing device and its cache. Where the backing device alone has all of it, it is opened past the cache,
/// without the kernel's bcache: before it is written to, it is told that its cache is worth nothing. Where the cache holds what is
/// nowhere else, the kernel puts both together, which writes to both.
extension StorageStack {
    func collectCaches(_ found: [RestoredSystem.Volume]) {
        for volume in found {
            guard let device = BackingDevice(volume) else {
                warn("\(volume.description) belongs to bcache, and its superblock cannot be read: it is not opened.")
                continue
            }
            if device.superblock.kind == .cache {
                cacheDevices[device.superblock.set, default: []].append(volume.device)
            } else {
                backingDevices.append(device)
            }
        }
    }

    /// Opens all that were found. What is on them comes in the next round.
    func openCaches() {
        let waiting = backingDevices
        backingDevices = []
        let isOnlyOne = caches.isEmpty && waiting.count == 1
        for device in waiting {
            let superblock = device.superblock
            var cache = RestoredCache(
                title: device.volume.description, volume: volumes.count, superblock: superblock, bytes: device.bytes,
                hasCache: cacheDevices[superblock.set] != nil)
            volumes.append(device.volume)
            let names =
                ["/dev/bcache/by-uuid/\(GUIDText.hyphenated(superblock.uuid))"]
                + (superblock.label.isEmpty ? [] : ["/dev/bcache/by-label/\(superblock.label)"])
                + (isOnlyOne ? ["/dev/bcache0"] : [])
            switch superblock.state {
            case .none, .stale, .clean: cache.fate = openPastCache(device, names)
            case .dirty where !cache.hasCache: break
            case .dirty where isReadOnly:
                cache.fate = .waiting
                warn(
                    "\(cache.title) is a backing device of bcache, and its cache holds data that is nowhere else. To "
                        + "look at both they have to be put together, which writes to them: that is not done only to look."
                )
            case .dirty: cache.fate = openWithCache(device, names)
            }
            caches.append(cache)
        }
    }

    private func openPastCache(_ device: BackingDevice, _ names: [String]) -> RestoredCache.Fate {
        let title = device.volume.description
        guard let length = device.dataLength else {
            warn("\(title) is shorter than bcache says: it is not opened.")
            return .failed
        }
        var fate = RestoredCache.Fate.asFound
        do throws(SystemCallError) {
            if !isReadOnly {
                // What it is written past must not be put together with it by udev's rules meanwhile.
                own(try Claim(device.volume.device))
                guard BackingDevice(device.volume)?.bytes == device.bytes else {
                    warn("\(title) was changed by bcache of this machine meanwhile: it is not opened.")
                    return .failed
                }
                if device.superblock.state == .clean {
                    guard let stale = CacheSuperblock.stale(device.bytes) else {
                        warn("The superblock of bcache on \(title) is damaged: it is not opened.")
                        return .failed
                    }
                    try device.markStale(stale)
                    fate = .marked
                }
            }
            let loop = try LoopDevice(
                device.volume.device, offset: device.superblock.dataOffset, length: length, isReadOnly: isReadOnly)
            own(loop)
            add(loop.path, "the data of bcache on \(title)", stableNames: names)
            return fate
        } catch {
            let why =
                error.isBusy
                ? "bcache of this machine has it; stop it (echo 1 > /sys/block/bcacheN/bcache/stop)" : "\(error)"
            warn("\(title) cannot be opened: \(why).")
            return fate == .marked ? .marked : .failed
        }
    }

    private func openWithCache(_ device: BackingDevice, _ names: [String]) -> RestoredCache.Fate {
        let title = device.volume.description
        // Built in, not there, or loaded now: the file tells.
        _ = try? ChildProcess.run(["modprobe", "-q", "bcache"])
        guard Files.exists(CachedDevice.register) else {
            warn("\(title) cannot be opened with its cache: the kernel here has no bcache (modprobe bcache).")
            return .failed
        }
        do throws(SystemCallError) {
            let set = device.superblock.set
            if let parts = cacheDevices[set], !parts.isEmpty {
                // Once for all its backing devices. Stopped after them.
                own(try CacheSet(parts))
                cacheDevices[set] = []
            }
            let cached = try CachedDevice(device.volume.device)
            own(cached)
            add(cached.path, "the data of bcache on \(title)", stableNames: names)
            return .asFound
        } catch {
            warn("\(title) cannot be opened with its cache: \(error). The kernel's log says why.")
            return .failed
        }
    }
}

/// Keeps others from claiming a device.
private final class Claim {
    private let file: FileDescriptor

    init(_ device: String) throws(SystemCallError) { file = try FileDescriptor(device, [.write, .exclusive]) }
}
