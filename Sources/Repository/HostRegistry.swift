internal import LinuxSystem
internal import RepositoryFormat

/// Keeps `hosts.json`: the only object that several hosts' writers change, so it has a lock of its own.
struct HostRegistry {
    let store: any WritableObjectStore

    /// Adds a host unless it is listed. Throws `locked` when its name belongs to another id.
    func add(_ host: HostList.Host) throws(RepositoryError) {
        do {
            try whileLocked {
                let bytes = try store.read(ObjectName.hosts, limit: Limits.jsonObject)
                var list = try HostList.decode(bytes)
                if list.hosts.contains(host) { return }
                guard !list.hosts.contains(where: { $0.name == host.name }) else {
                    throw RepositoryError(
                        .locked, "Another capture added a host \"\(host.name)\" meanwhile. Run this one again.")
                }
                list.hosts.append(host)
                try store.replace(ObjectName.hosts, encodeJSON(list))
            }
        } catch let error as RepositoryError {
            throw error
        } catch let error as FormatError {
            throw RepositoryError(error)
        } catch let error as StoreError {
            throw RepositoryError(error, object: "The list of hosts")
        } catch { throw RepositoryError(.inputOutput, "The list of hosts cannot be changed: \(error)") }
    }

    /// Far longer than anybody holds this lock: it is for changing one small object.
    private static let patience: UInt64 = 30_000_000_000

    /// Waits for other hosts' writers: a capture of hours must not fail because another one ends in the same moment.
    private func whileLocked(_ body: () throws -> Void) throws {
        let deadline = Clocks.monotonicNanoseconds + Self.patience
        while true {
            do {
                return try store.exclusively("hosts", body)
            } catch let error as StoreError where error.code == .locked && Clocks.monotonicNanoseconds < deadline {
                Clocks.sleep(nanoseconds: 20_000_000)
            }
        }
    }
}
