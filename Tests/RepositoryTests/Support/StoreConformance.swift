import Buffers
import LinuxSystem
import Repository
import RepositoryFormat
import Synchronization
import Testing

/// What the protocols promise, to be run over every store there is.
struct StoreConformance {
    /// What a readable store must hold before `reading` is run over it.
    static let contents: [String: [UInt8]] = [
        "hosts.json": Array("{}".utf8),
        "packs/3f/3f9a": (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7 >> 3) },
        "packs/3f/3f9a.index": [1],
        "hosts/0-1/maps/0000000001.2-a": [],
    ]

    /// Everything a reader needs; the store holds `contents`.
    static func reading(_ store: any ObjectStore) throws {
        for (name, bytes) in contents {
            let comment: Comment = "\(name)"
            #expect(try store.length(of: name) == UInt64(bytes.count), comment)
            #expect(try store.read(name, limit: bytes.count) == bytes, comment)
            #expect(try store.read(name, limit: bytes.count + 1) == bytes, comment)
            if !bytes.isEmpty {
                let error = #expect(throws: StoreError.self, comment) { try store.read(name, limit: bytes.count - 1) }
                #expect(error?.code == .wrongLength, comment)
            }
        }
        try ranges(store)
        try absence(store)
    }

    private static func ranges(_ store: any ObjectStore) throws {
        let name = "packs/3f/3f9a"
        let bytes = contents[name] ?? []
        let buffer = AlignedBuffer(capacity: bytes.count + 1)
        let ranges = [0..<1, 0..<bytes.count, bytes.count - 1..<bytes.count, 4_095..<4_097, 12_345..<99_999]
        for range in ranges {
            // Not at the start of the buffer: what lies around the slice must stay as it is.
            buffer.all.withMutableBytes { $0.copyBytes(from: [UInt8](repeating: 0xa5, count: $0.count)) }
            let start = min(1, buffer.capacity - range.count)
            let slice = buffer[start..<start + range.count]
            try store.read(name, at: UInt64(range.lowerBound), into: slice)
            let same = slice.withBytes { $0.elementsEqual(bytes[range]) }
            #expect(same, "\(range)")
            let around = buffer.all.withBytes { all in all.prefix(start) + all.suffix(all.count - start - range.count) }
            #expect(around.allSatisfy { $0 == 0xa5 }, "\(range)")
        }
        for (offset, count) in [(bytes.count - 1, 2), (bytes.count, 1), (bytes.count + 5, 1), (0, bytes.count + 1)] {
            let error = #expect(throws: StoreError.self) {
                try store.read(name, at: UInt64(offset), into: buffer[0..<count])
            }
            #expect(error?.code == .wrongLength, "\(count) bytes at \(offset)")
        }
    }

    private static func absence(_ store: any ObjectStore) throws {
        let buffer = AlignedBuffer(capacity: 16)
        for name in ["packs/3f/none", "none/none", "hosts.json.none"] {
            #expect(try store.length(of: name) == nil)
            #expect(throws: StoreError.self) { try store.read(name, limit: 10) }
            do { _ = try store.read(name, limit: 10) } catch { #expect(error.code == .notFound) }
            do { try store.read(name, at: 0, into: buffer[0..<1]) } catch { #expect(error.code == .notFound) }
        }
    }

    /// Everything a writer needs; the store is empty, and holds `contents` afterwards.
    static func writing(_ store: any WritableObjectStore) throws {
        #expect(try store.list("packs/") == [])
        let buffer = AlignedBuffer(capacity: 100_000)
        for (name, bytes) in contents {
            buffer[0..<bytes.count].withMutableBytes { $0.copyBytes(from: bytes) }
            let middle = bytes.count / 3
            #expect(try store.create(name, [buffer[0..<middle], buffer[middle..<bytes.count]]))
        }
        // A name that is taken keeps its bytes, whichever way it is asked for.
        #expect(try store.create("packs/3f/3f9a.index", [9, 9]) == false)
        #expect(try store.create("packs/3f/3f9a.index", [buffer[0..<7]]) == false)
        #expect(try store.read("packs/3f/3f9a.index", limit: 10) == [1])
        try store.replace("hosts/0-1/head", [1, 2, 3])
        try store.replace("hosts/0-1/head", [4])
        #expect(try store.read("hosts/0-1/head", limit: 10) == [4])
        #expect(Set(try store.list("packs/")) == ["packs/3f/3f9a", "packs/3f/3f9a.index"])
        #expect(Set(try store.list("hosts/")) == ["hosts/0-1/maps/0000000001.2-a", "hosts/0-1/head"])
        #expect(try store.list("leases/") == [])
        try race(store)
        try locks(store)
    }

    /// Of many that create one name at once exactly one succeeds, and its bytes are the ones there.
    private static func race(_ store: any WritableObjectStore) throws {
        let winners = Mutex<[UInt8]>([])
        let threads = try (0..<8).map { number in
            try WorkerThread<Void, any Error>("race \(number)") {
                let bytes = [UInt8](repeating: UInt8(number), count: 5_000)
                if try store.create("locks/race", bytes) { winners.withLock { $0.append(UInt8(number)) } }
            }
        }
        for thread in threads { try thread.join() }
        let winner = winners.withLock { $0 }
        #expect(winner.count == 1)
        #expect(try store.read("locks/race", limit: 5_000) == [UInt8](repeating: winner.first ?? 0, count: 5_000))
    }

    private static func locks(_ store: any WritableObjectStore) throws {
        let value = try store.exclusively("host-1") {
            let error = #expect(throws: StoreError.self) { try store.exclusively("host-1") { 0 } }
            #expect(error?.code == .locked)
            return try store.exclusively("host-2") { 42 }
        }
        #expect(value == 42)
        // Also free again after an error inside.
        #expect(throws: CancellationError.self) { try store.exclusively("host-1") { throw CancellationError() } }
        #expect(try store.exclusively("host-1") { 1 } == 1)
    }
}
