internal import Digests
internal import RepositoryFormat

extension Verifier {
    /// Reads the packs that moments need, and those that a later capture might use where the store can be listed.
    func verifyPacks() throws(RepositoryError) {
        let needed = packs.count
        for number in 0..<UInt32(needed) {
            let id = packs.id(number)
            named.insert(ObjectName.pack(id))
            named.insert(ObjectName.packIndex(id))
            named.insert(ObjectName.hollowPack(id))
        }
        for id in try unneededPacks() { _ = try index(of: id, number: packs.number(of: id)) }
        let jobs = (0..<UInt32(packs.count)).compactMap { number in
            packLengths[number].map { VerifierPackScan.Job(number: number, id: packs.id(number), length: $0) }
        }
        let scan = VerifierPackScan(
            repository, jobs, deep: deep, earlierDamages: findings.count, observer: observer)
        for damage in try scan.run() {
            let finding = find(repository.indexes.objectName(of: packs.id(damage.pack)), damage.what)
            packFindings[damage.pack, default: []].append((finding, damage.frames))
        }
        counts.packs = jobs.count
        counts.frames += scan.totals.frames
        counts.chunks += scan.totals.chunks
        counts.packBytes = scan.totals.bytes
    }

    /// Packs with an index that no map refers to: a killed capture left them, or another is writing now.
    private func unneededPacks() throws(RepositoryError) -> [Digest] {
        guard let store = repository.store as? any WritableObjectStore else { return [] }
        do {
            let names = Set(try store.list(ObjectName.packs))
            return names.compactMap { name in
                guard !named.contains(name), let id = ObjectName.packID(ofIndex: name),
                    names.contains(ObjectName.pack(id)) || names.contains(ObjectName.hollowPack(id))
                else { return nil }
                return id
            }.sorted()
        } catch { throw RepositoryError(error, object: "The list of packs") }
    }
}
