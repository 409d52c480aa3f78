internal import RepositoryFormat

extension Verifier {
    /// What a listing shows and nothing names. Notes only: it harms nobody, and the next capture may use it.
    func lookForGarbage() throws(RepositoryError) {
        guard let store = repository.store as? any WritableObjectStore else { return }
        do {
            if let directory = store as? DirectoryStore { noteLeftovers(try directory.temporaryFiles()) }
            try noteUnlistedHosts(store)
            try noteCondemned(store)
            guard sawEverything else {
                notes.append(
                    "Which objects are garbage cannot be told: not everything that names objects could be read.")
                return
            }
            try note(store, below: ObjectName.packs, "packs and indexes")
            try note(store, below: "hosts/", "segments, maps, pages, heads and machine descriptions")
        } catch { throw RepositoryError(error, object: "The list of objects") }
    }

    /// A host whose first capture was committed and killed before it was listed.
    private func noteUnlistedHosts(_ store: any WritableObjectStore) throws(StoreError) {
        let first = "/heads/\(padded(1, 20))"
        for name in try store.list("hosts/") where name.hasSuffix(first) {
            // A listed host's pointer was looked at, sound or not.
            guard !named.contains(name.dropLast(first.count) + "/head") else { continue }
            sawEverything = false
            notes.append(
                "A host's first capture was stopped after its head was stored (\(name)) and before the host was listed; "
                    + "the next capture under the same name lists it, with that moment.")
        }
    }

    /// What a collection is about to remove: neither needed nor left by anybody.
    private func noteCondemned(_ store: any WritableObjectStore) throws(StoreError) {
        guard let store = store as? any CollectableObjectStore else { return }
        var count = 0
        for name in try store.list(ObjectName.condemned) {
            let list = try store.condemnedObjects(name)
            for object in list?.names ?? [] where !named.contains(object) {
                named.insert(object)
                count += 1
            }
        }
        guard count > 0 else { return }
        notes.append(
            "\(count) objects are condemned: a prune removes them once readers and writers of their time are done.")
    }

    private func noteLeftovers(_ files: [String]) {
        guard let first = files.first else { return }
        notes.append(
            "\(files.count) temporary files, such as \(first), were left by a stopped capture "
                + "or belong to one that runs now. They may be deleted while no capture runs.")
    }

    private func note(_ store: any WritableObjectStore, below prefix: String, _ what: String) throws(StoreError) {
        var count = 0
        var bytes: UInt64 = 0
        for name in try store.list(prefix) where !named.contains(name) {
            // One that a running capture replaced meanwhile is no garbage.
            guard let length = try store.length(of: name) else { continue }
            count += 1
            bytes += length
        }
        guard count > 0 else { return }
        notes.append(
            "\(count) objects (\(what), \(bytes) bytes) are not named by any moment: "
                + "a stopped capture left them, or one runs now. The next capture uses what it can of them.")
    }
}
