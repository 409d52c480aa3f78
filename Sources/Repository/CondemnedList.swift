package import Digests
package import RepositoryFormat

/// What a writer may not refer to, as the lists in the store say when it begins (format.md, section 14).
///
/// A writer takes a lease first (`WritableObjectStore.beginWriting`), then loads this: lists that are made later wait for the
/// end of the lease.
package struct CondemnedList: Sendable {
    private var packs: Set<Digest> = []
    private var partly: [Digest: CondemnedObjects.Pack] = [:]

    /// Reads all lists; also lets the store's `ensure` know them.
    package static func load(_ store: any WritableObjectStore) throws(StoreError) -> CondemnedList {
        var result = CondemnedList()
        guard let store = store as? any CollectableObjectStore else { return result }
        var names: [String: [String]] = [:]
        for name in try store.list(ObjectName.condemned) {
            guard let list = try store.condemnedObjects(name) else { continue }
            names[name] = list.names
            for object in list.names {
                if let id = ObjectName.packID(of: object) { result.packs.insert(id) }
            }
            for pack in list.packs ?? [] {
                guard let id = Digest(hex: pack.id) else { continue }
                result.partly[id] = pack
                names[name]?.append(ObjectName.pack(id))
            }
        }
        store.condemned.replace(names)
        return result
    }

    /// Whether new references to the pack, or to some of its frames, may not be made.
    package func contains(pack: Digest) -> Bool { packs.contains(pack) || partly[pack] != nil }

    /// Whether nothing of the pack may be referred to.
    package func excludes(_ pack: Digest) -> Bool { packs.contains(pack) }

    /// The index of a pack for deduplication: frames that may not be referred to have no stored bytes in it
    /// (`PackIndex.holds`). Nil when none of them may, or the pack is not there as its index says.
    package func usable(_ pack: Digest, in store: any ObjectStore) throws(RepositoryError) -> PackIndex? {
        guard !packs.contains(pack) else { return nil }
        let (index, isHollow) = try PackIndexCache.usable(pack, in: store)
        let name = isHollow ? ObjectName.hollowPack(pack) : ObjectName.pack(pack)
        let length: UInt64?
        do { length = try store.length(of: name) } catch { throw RepositoryError(error, object: name) }
        guard length == index.packLength else { return nil }
        guard let partly = partly[pack] else { return index }
        return index.keeping { index.holds(frame: $0) && partly.keeps($0) }
    }
}

extension CollectableObjectStore {
    /// A list, or nil when it is gone.
    func condemnedObjects(_ name: String) throws(StoreError) -> CondemnedObjects? {
        let bytes: [UInt8]
        do {
            bytes = try read(name, limit: Limits.jsonObject)
        } catch {
            guard error.code == .notFound else { throw error }
            return nil
        }
        do {
            return try CondemnedObjects.decode(bytes, name: name)
        } catch { throw StoreError(.inputOutput, "\(error.message) Nothing that it names can be collected or used.") }
    }

    /// Takes a name off the lists that hold it: a writer is about to refer to the object. Afterwards the object is either
    /// there and stays, or is not there.
    package func spare(_ name: String) throws(StoreError) {
        guard !condemned.lists(holding: name).isEmpty else { return }
        do {
            try waiting(for: Self.gate) {
                for list in condemned.lists(holding: name) {
                    guard var objects = try condemnedObjects(list) else { continue }
                    objects.names.removeAll { $0 == name }
                    objects.packs?.removeAll { name == "packs/\($0.id.prefix(2))/\($0.id)" }
                    try replace(list, encodeJSON(objects))
                }
            }
        } catch let error as StoreError {
            throw error
        } catch {
            throw StoreError(.inputOutput, "\(name) cannot be taken off the list of condemned objects: \(error)")
        }
        condemned.remove(name)
    }

    /// The lock under which condemned objects are removed, and taken off their lists.
    static var gate: String { "condemned" }
}

extension WritableObjectStore {
    /// A lease for a writer of this store; nil where the store does its own collection.
    package func beginWriting() throws(StoreError) -> (any WriterLease)? {
        guard let store = self as? any CollectableObjectStore else { return nil }
        return try store.lease()
    }
}
