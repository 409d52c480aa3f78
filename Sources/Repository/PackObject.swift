internal import Buffers
internal import Digests
internal import RepositoryFormat

/// Stores packs that are in memory as a whole.
enum PackObject {
    /// Pack before index, each durable (format.md, section 12); gives the pack-id. `content` starts with the pack's header.
    static func store(
        _ index: PackIndex, _ content: BufferSlice, in store: any WritableObjectStore
    ) throws(RepositoryError) -> Digest {
        let encoded = index.encoded()
        let id = SHA256.digest(of: encoded)
        do {
            _ = try store.ensure(ObjectName.pack(id), [content])
            _ = try store.ensure(ObjectName.packIndex(id), encoded)
        } catch { throw RepositoryError(error, object: "Pack \(id.hex.prefix(8))") }
        return id
    }
}
