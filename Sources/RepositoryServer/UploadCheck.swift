internal import Digests
internal import Repository
internal import RepositoryFormat

/// Checks an object by its kind and makes it visible. Everything here blocks.
struct UploadCheck: Sendable {
    let repository: Repository
    let store: DirectoryStore
    let dedup: DedupIndex
    let lease: Lease

    /// Takes an object that is held in memory. True when it was not there before.
    func take(_ upload: UploadName, _ name: String, _ bytes: [UInt8]) throws -> Bool {
        switch upload {
        case .packIndex(let id): return try publishPack(id, bytes)
        case .mapPage(_, let digest):
            try match(bytes, digest)
            try MapCheck(dedup: dedup, lease: lease, store: store).checkPage(bytes, digest)
        case .mapRoot(_, let position, let digest):
            try match(bytes, digest)
            let root = try MapRoot.decode(bytes, digest: digest)
            guard root.host == lease.host, root.position == position else {
                throw Refusal.forbidden("The map belongs to another host or position.")
            }
        case .machine(_, let digest):
            try match(bytes, digest)
            _ = try MachineObject.decode(bytes, digest: digest)
        case .manifest(_, let digest):
            try match(bytes, digest)
            _ = try Manifest.decode(bytes, digest: digest, host: lease.host)
        case .head(_, let number):
            return try HeadCheck(repository: repository, store: store, dedup: dedup, lease: lease)
                .publish(bytes, number: number)
        case .pack, .segment: throw Refusal.malformed("\(name) is not held in memory.")
        }
        return try store.ensure(name, bytes)
    }

    /// Takes an object that lies in a file.
    func take(_ upload: UploadName, _ name: String, _ object: StagedObject) throws -> Bool {
        switch upload {
        case .pack(let id):
            // Not visible before its index came and every frame was opened.
            let isNew = try store.length(of: name) == nil
            try lease.keep(object, id: id)
            return isNew
        case .segment(_, let last, let digest):
            try SegmentCheck(dedup: dedup, lease: lease).verify(object, last: last, digest)
            let isNew = try store.length(of: name) == nil
            try store.publish(object, as: name)
            lease.note(checked: digest)
            return isNew
        default: throw Refusal.malformed("\(name) is not held in a file.")
        }
    }

    private func match(_ bytes: [UInt8], _ digest: Digest) throws {
        guard SHA256.digest(of: bytes) == digest else {
            throw Refusal.malformed("The object is not what its name says.")
        }
    }

    /// Pack before index, both durable, then the index for deduplication, then what the host may refer to.
    private func publishPack(_ id: Digest, _ bytes: [UInt8]) throws -> Bool {
        try match(bytes, id)
        let index = try PackIndex.decode(bytes, id: id)
        let name = ObjectName.packIndex(id)
        let isNew = try store.length(of: name) == nil
        guard let pack = lease.takePack(id) else {
            // The answer to the first attempt was lost.
            guard !isNew, try isGranted(id, index) else {
                throw Refusal(.conflict, "pack-missing", "The pack did not come before its index. Send both again.")
            }
            return false
        }
        try PackCheck.verify(pack, index)
        try store.publish(pack, as: ObjectName.pack(id))
        _ = try store.ensure(name, bytes)
        try dedup.add(index, id)
        try dedup.grantAll(of: id, chunks: index.chunks.count, to: lease.host)
        return isNew
    }

    private func isGranted(_ id: Digest, _ index: PackIndex) throws -> Bool {
        guard let grants = try dedup.grants(of: id, to: lease.host) else { return false }
        return index.chunks.indices.allSatisfy { $0 / 8 < grants.count && grants[$0 / 8] & 1 << UInt8($0 % 8) != 0 }
    }
}
