internal import RepositoryFormat

/// Keeps `hosts.json`: the only object that several hosts' writers change, so it has a lock of its own.
struct HostRegistry {
    let store: any WritableObjectStore

    /// Adds a host unless it is listed. Throws `locked` when its name belongs to another id.
    func add(_ host: HostList.Host) throws(RepositoryError) {
        do {
            try store.exclusively("hosts") {
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
}
