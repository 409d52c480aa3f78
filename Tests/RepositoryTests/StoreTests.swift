import Buffers
import LinuxSystem
import Repository
import RepositoryTesting
import Testing

@Suite("Stores")
struct StoreTests {
    @Test("a directory keeps what the protocols promise")
    func directory() throws {
        let folder = try TemporaryFolder(onDisk: true)
        let store = DirectoryStore(folder.path + "/not/there/yet/")
        #expect(store.location == folder.path + "/not/there/yet")
        try StoreConformance.writing(store)
        try StoreConformance.reading(store)
        try StoreConformance.reading(DirectoryStore(store.location))
    }

    @Test("the store of the tests keeps it too, or the tests would prove nothing")
    func memory() throws {
        let store = MemoryStore()
        try StoreConformance.writing(store)
        try StoreConformance.reading(store)
        let folder = try TemporaryFolder()
        try StoreConformance.writing(FaultyStore(DirectoryStore(folder.path)))
    }

    @Test("temporary files are in no list, and are told apart")
    func temporaries() throws {
        let folder = try TemporaryFolder()
        let store = DirectoryStore(folder.path)
        #expect(try store.create("packs/3f/3f9a", [1]))
        try folder.write([1], to: "packs/3f/.tmp-1-2-3")
        try folder.write([1], to: ".tmp-9")
        #expect(try store.list("packs/") == ["packs/3f/3f9a"])
        #expect(try store.temporaryFiles() == [".tmp-9", "packs/3f/.tmp-1-2-3"])
    }

    @Test("a write that fails at any call leaves the old object or the new one, and no temporary file")
    func failure() throws {
        for number in 1... {
            let folder = try TemporaryFolder()
            let store = DirectoryStore(folder.path)
            try store.replace("hosts.json", [1])
            let counter = Counter()
            let path = folder.path
            let result = FaultScript.with({ _, name in
                guard name.hasPrefix(path) else { return nil }
                // No space left on device.
                return counter.next() == number ? 28 : nil
            }) { Result { try store.replace("hosts.json", [2, 2]) } }
            guard counter.count >= number else {
                try result.get()
                #expect(number > 5, "open, write, synchronize, status, rename, synchronize the folder")
                return
            }
            let error = #expect(throws: StoreError.self) { try result.get() }
            #expect(error?.code == .inputOutput && error?.message.contains("Free room there") == true)
            let files = try folder.files()
            #expect(files == ["hosts.json": [1]] || files == ["hosts.json": [2, 2]], "call \(number)")
        }
    }

    @Test(
        "a large object is stored whole or not at all, whatever its length and whichever call fails",
        arguments: [(1 << 20) - 1, 1 << 20, (1 << 20) + 1, (1 << 20) + 4_095, (1 << 20) + 4_096 + 512])
    func largeObject(length: Int) throws {
        let buffer = AlignedBuffer(capacity: 2 << 20)
        var generator = SeededGenerator(seed: UInt64(length))
        let bytes = generator.bytes(length)
        buffer[0..<length].withMutableBytes { $0.copyBytes(from: bytes) }
        for number in 1... {
            let folder = try TemporaryFolder(onDisk: true)
            let store = DirectoryStore(folder.path)
            let counter = Counter()
            let path = folder.path
            let result = FaultScript.with({ _, name in
                guard name.hasPrefix(path) else { return nil }
                // No space left on device.
                return counter.next() == number ? 28 : nil
            }) { Result { try store.create("packs/3f/a", [buffer[0..<length]]) } }
            let files = try folder.files()
            #expect(files == [:] || files == ["packs/3f/a": bytes], "call \(number)")
            guard counter.count >= number else {
                #expect(try result.get() && files.count == 1)
                return
            }
            #expect(throws: StoreError.self) { try result.get() }
        }
    }

    @Test("no directory is opened or made for reading what is not there")
    func readingMakesNothing() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/none"
        let store = DirectoryStore(path)
        #expect(try store.length(of: "lifeboat.json") == nil)
        #expect(try store.list("packs/") == [])
        #expect(throws: StoreError.self) { try store.read("lifeboat.json", limit: 10) }
        #expect(!Files.exists(path))
    }

    @Test("an object that its name vouches for is mended, not trusted", arguments: VerifierTests.Harm.allCases)
    func ensure(harm: VerifierTests.Harm) throws {
        let folder = try TemporaryFolder()
        let store = DirectoryStore(folder.path)
        let buffer = AlignedBuffer(capacity: 3 << 20)
        var generator = SeededGenerator(seed: 5)
        let bytes = generator.bytes(1_000)
        for start in stride(from: 0, to: buffer.capacity - 1_000, by: 1_000) {
            buffer[start..<start + 1_000].withMutableBytes { $0.copyBytes(from: bytes) }
        }
        let slice = buffer[0..<(2 << 20) + 77]
        #expect(try store.ensure("packs/3f/a", [slice]) && store.ensure("packs/3f/b", bytes))
        #expect(try !store.ensure("packs/3f/a", [slice]) && !store.ensure("packs/3f/b", bytes))
        let before = try folder.files()
        try harm.act(on: "packs/3f/a", in: folder)
        try harm.act(on: "packs/3f/b", in: folder)
        #expect(try folder.files() != before)
        #expect(try store.ensure("packs/3f/a", [slice[0..<5], slice[5..<slice.count]]))
        #expect(try store.ensure("packs/3f/b", bytes))
        #expect(try folder.files() == before)
    }
}
