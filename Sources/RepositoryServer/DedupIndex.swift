internal import Digests
internal import KeyValueStore
internal import LinuxSystem
internal import Repository
internal import RepositoryFormat
internal import Synchronization

/// Where the chunks of the repository lie, and which of them each host may refer to: a kept store beside the packs.
///
/// Every answer is checked against the pack's own index, so that a store that is stale or damaged costs room and never
/// data. It is filled again from the packs when it is lost, belongs to another repository, or is damaged; every pack is one
/// transaction, so a killed rebuild goes on where it was. Memory does not grow with the repository.
final class DedupIndex: Sendable {
    private enum Table: Int, CaseIterable {
        /// "repository" → id and version of this layout; "next" → number of the next pack.
        case meta
        /// Number of a pack (4 bytes, big-endian) → pack-id.
        case packs
        /// Pack-id → number.
        case numbers
        /// Identity → number of the pack, number of the chunk.
        case chunks
        /// Host id, number of a pack → a bit for each chunk that the host may refer to.
        case grants
        /// Host name → capture and host id.
        case captures
    }

    private static let layout: [UInt8] = [1]
    private let store: DirectoryStore
    private let indexes: PackIndexCache
    private let table: KeyValueStore
    private let scanning = Mutex<Void>(())

    /// Opens the store at `path`, or begins it anew; `scan` fills it.
    init(path: String, repository: Repository, store: DirectoryStore) throws {
        self.store = store
        indexes = repository.indexes
        let mark = repository.description.id.byteArray + Self.layout
        do {
            table = try Self.open(path, mark)
        } catch let error as KeyValueError where error.isDamage {
            // It can be made again from the packs at any time.
            for file in [path, path + "-lock"] { _ = try Files.remove(file) }
            table = try Self.open(path, mark)
        }
    }

    private static func open(_ path: String, _ mark: [UInt8]) throws -> KeyValueStore {
        let table = try KeyValueStore(path: path, tables: Table.allCases.count)
        let found = try table.read { try $0.value(of: Array("repository".utf8), in: Table.meta.rawValue) }
        if found != mark {
            guard found == nil else { throw ForeignStore() }
            try table.write { try $0.set(Array("repository".utf8), to: mark, in: Table.meta.rawValue) }
        }
        return table
    }

    private struct ForeignStore: Error, CustomStringConvertible {
        let description = "the index for deduplication in the state folder belongs to another repository"
    }

    /// Takes in packs that came, and forgets those that went, behind this store's back. Answers how many there were of each.
    func scan() throws -> (added: Int, removed: Int) {
        try scanning.withLock { _ in
            var added = 0
            // One folder of 256 at a time.
            for folder in 0..<256 {
                let digits = String(folder, radix: 16)
                for name in try store.list("packs/\(digits.count == 1 ? "0" : "")\(digits)") {
                    guard let id = ObjectName.packID(ofIndex: name), try number(of: id) == nil else { continue }
                    // What cannot be used is left out: its chunks are stored again.
                    guard let index = try? usableIndex(of: id) else { continue }
                    try add(index, id)
                    added += 1
                }
            }
            return (added, try forgetRemoved())
        }
    }

    private func forgetRemoved() throws -> Int {
        var gone: [(number: [UInt8], id: [UInt8])] = []
        try table.read { tables in
            try tables.forEach(from: [], in: Table.packs.rawValue) { number, id in
                if let pack = Self.digest(id), try store.length(of: ObjectName.packIndex(pack)) == nil {
                    gone.append((number, id))
                }
                return true
            }
        }
        guard !gone.isEmpty else { return 0 }
        try table.write { tables in
            for (number, id) in gone {
                try tables.remove(number, in: Table.packs.rawValue)
                try tables.remove(id, in: Table.numbers.rawValue)
            }
        }
        return gone.count
    }

    /// Takes in one pack that is durable.
    func add(_ index: PackIndex, _ id: Digest) throws {
        try table.write { tables in
            guard try tables.value(of: id.bytes, in: Table.numbers.rawValue) == nil else { return }
            let next = try tables.value(of: Array("next".utf8), in: Table.meta.rawValue).flatMap(Self.number) ?? 0
            let number = Self.bytes(next)
            try tables.set(Array("next".utf8), to: Self.bytes(next + 1), in: Table.meta.rawValue)
            try tables.set(number, to: id.bytes, in: Table.packs.rawValue)
            try tables.set(id.bytes, to: number, in: Table.numbers.rawValue)
            for (chunk, record) in index.chunks.enumerated() {
                let key = record.identity.bytes
                if let known = try tables.value(of: key, in: Table.chunks.rawValue), known.count == 8,
                    try tables.value(of: Array(known.prefix(4)), in: Table.packs.rawValue) != nil
                {
                    continue
                }
                try tables.set(key, to: number + Self.bytes(UInt32(chunk)), in: Table.chunks.rawValue)
            }
        }
    }

    /// Where chunks lie; every place that is answered is granted to the host.
    func known(_ identities: [Digest], host: HostIdentifier) throws -> [KnownChunk?] {
        let found: [(number: UInt32, pack: Digest, chunk: Int)?] = try table.read { tables in
            try identities.map { identity in
                guard let value = try tables.value(of: identity.bytes, in: Table.chunks.rawValue), value.count == 8,
                    let number = Self.number(Array(value.prefix(4))), let chunk = Self.number(Array(value.suffix(4))),
                    let pack = try tables.value(of: Self.bytes(number), in: Table.packs.rawValue).flatMap(Self.digest)
                else { return nil }
                return (number, pack, Int(chunk))
            }
        }
        var usable: [Digest: PackIndex?] = [:]
        var granted: [UInt32: (count: Int, chunks: [Int])] = [:]
        var answers: [KnownChunk?] = []
        for (identity, place) in zip(identities, found) {
            guard let place else {
                answers.append(nil)
                continue
            }
            if usable[place.pack] == nil {
                // A pack that cannot be used has no known chunks.
                usable[place.pack] = .some(try? usableIndex(of: place.pack))
            }
            guard let index = usable[place.pack] ?? nil, place.chunk < index.chunks.count,
                index.chunks[place.chunk].identity == identity, index.holds(frame: index.frame(ofChunk: place.chunk)),
                !store.condemned.contains(ObjectName.pack(place.pack))
            else {
                answers.append(nil)
                continue
            }
            granted[place.number, default: (index.chunks.count, [])].chunks.append(place.chunk)
            answers.append(
                KnownChunk(
                    pack: place.pack, chunk: UInt32(place.chunk), frame: UInt32(index.frame(ofChunk: place.chunk))))
        }
        try grant(granted, to: host)
        return answers
    }

    /// Grants all chunks of a pack that the host sent.
    func grantAll(of pack: Digest, chunks: Int, to host: HostIdentifier) throws {
        guard let number = try number(of: pack) else { return }
        try grant([number: (chunks, Array(0..<chunks))], to: host)
    }

    /// A bit for each chunk of a pack that the host may refer to; nil when there is none.
    func grants(of pack: Digest, to host: HostIdentifier) throws -> [UInt8]? {
        guard let number = try number(of: pack) else { return nil }
        return try table.read { try $0.value(of: host.byteArray + Self.bytes(number), in: Table.grants.rawValue) }
    }

    private func grant(_ places: [UInt32: (count: Int, chunks: [Int])], to host: HostIdentifier) throws {
        var changed: [([UInt8], [UInt8])] = []
        func bits(_ tables: KeyValueTransaction, _ number: UInt32, _ count: Int, _ chunks: [Int]) throws -> (
            [UInt8], [UInt8]
        )? {
            let key = host.byteArray + Self.bytes(number)
            let length = (count + 7) / 8
            var bits = try tables.value(of: key, in: Table.grants.rawValue) ?? []
            let before = bits
            if bits.count < length { bits += [UInt8](repeating: 0, count: length - bits.count) }
            for chunk in chunks { bits[chunk / 8] |= 1 << UInt8(chunk % 8) }
            return bits == before ? nil : (key, bits)
        }
        try table.read { tables in
            for (number, (count, chunks)) in places {
                if let change = try bits(tables, number, count, chunks) { changed.append(change) }
            }
        }
        // Most questions grant nothing new when a host is captured again and again: nothing waits for the disk then.
        guard !changed.isEmpty else { return }
        try table.write { tables in
            for (number, (count, chunks)) in places {
                guard let (key, value) = try bits(tables, number, count, chunks) else { continue }
                try tables.set(key, to: value, in: Table.grants.rawValue)
            }
        }
    }

    /// Remembers a running capture, so that it goes on after a restart of the server.
    func remember(_ session: CaptureSession, host name: String) throws {
        try table.write {
            try $0.set(
                Array(name.utf8), to: session.capture.byteArray + session.host.byteArray, in: Table.captures.rawValue)
        }
    }

    /// Capture and host id, 16 bytes each.
    func remembered(host name: String) throws -> (capture: [UInt8], host: [UInt8])? {
        let value = try table.read { try $0.value(of: Array(name.utf8), in: Table.captures.rawValue) }
        guard let value, value.count == 32 else { return nil }
        return (Array(value.prefix(16)), Array(value.suffix(16)))
    }

    func forget(host name: String) throws {
        try table.write { try $0.remove(Array(name.utf8), in: Table.captures.rawValue) }
    }

    /// The index of a pack that is there with the length it says.
    func usableIndex(of pack: Digest) throws -> PackIndex {
        let index = try indexes.index(of: pack)
        let object = indexes.objectName(of: pack)
        if try store.length(of: object) == index.packLength { return index }
        guard try indexes.hasMoved(pack, from: object, index) else {
            throw Refusal.malformed("Pack \(pack.hex.prefix(8)) is not there.")
        }
        return try indexes.index(of: pack)
    }

    /// The index of a pack that an object is about to refer to: it is taken off the lists of condemned ones, and there.
    func index(ofReferred pack: Digest) throws -> PackIndex {
        for name in [ObjectName.pack(pack), ObjectName.packIndex(pack)] { try store.spare(name) }
        guard try store.length(of: ObjectName.packIndex(pack)) != nil else {
            throw Refusal.malformed("Pack \(pack.hex.prefix(8)) was collected. Run the capture again.")
        }
        return try usableIndex(of: pack)
    }

    private func number(of pack: Digest) throws -> UInt32? {
        try table.read { try $0.value(of: pack.bytes, in: Table.numbers.rawValue) }.flatMap(Self.number)
    }

    private static func bytes(_ number: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * UInt32($0))) }
    }

    private static func number(_ bytes: [UInt8]) -> UInt32? {
        bytes.count == 4 ? bytes.reduce(0) { $0 << 8 | UInt32($1) } : nil
    }

    private static func digest(_ bytes: [UInt8]) -> Digest? {
        bytes.count == Digest.byteCount ? bytes.withUnsafeBytes { Digest(bytes: $0) } : nil
    }
}
