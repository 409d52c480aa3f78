internal import RepositoryFormat

extension Verifier {
    /// What a listing shows and nothing names. Notes only: it harms nobody, and the next capture may use it.
    func lookForGarbage() throws(RepositoryError) {
        guard let store = repository.store as? any WritableObjectStore else { return }
        do {
            if let directory = store as? DirectoryStore { noteLeftovers(try directory.temporaryFiles()) }
            guard sawEverything else {
                notes.append(
                    "Which objects are garbage cannot be told: not everything that names objects could be read.")
                return
            }
            try note(store, below: ObjectName.packs, "packs and indexes")
            try note(store, below: "hosts/", "maps, pages, heads and machine descriptions")
        } catch { throw RepositoryError(error, object: "The list of objects") }
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
