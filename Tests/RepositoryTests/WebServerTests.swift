import Digests
import Repository
import RepositoryFormat
import RepositoryTesting
import Testing

@Suite("A repository behind any web server")
struct WebServerTests {
    @Test("keeps what the reading protocol promises")
    func conformance() throws {
        let folder = try TemporaryFolder()
        try StoreConformance.writing(DirectoryStore(folder.path))
        let server = try WebServer(serving: folder.path)
        try StoreConformance.reading(HTTPStore(url: server.url))
    }

    @Test("is read, and verified deep, as the directory itself is; damage is named the same")
    func reading() throws {
        let small = try SmallRepository()
        let server = try WebServer(serving: small.folder.path)
        let repository = try Repository.open(HTTPStore(url: server.url))
        #expect(try repository.everything() == small.repository.everything())
        let sound = try repository.verify(deep: true)
        let near = try small.reopened().verify(deep: true)
        #expect(sound.ok && sound.counts == near.counts)
        let name = ObjectName.pack(small.packs[0])
        for harm in VerifierTests.Harm.allCases {
            try small.folder.restoring(name) {
                try harm.act(on: name, in: small.folder)
                let near = try small.reopened().verify().damages
                let far = try Repository.open(HTTPStore(url: server.url)).verify().damages
                #expect(far.map(\.object) == near.map(\.object) && far.map(\.moments) == near.map(\.moments), "\(harm)")
                #expect(far.count == 1)
            }
        }
    }

    @Test("that is gone is unreachable, never damaged")
    func gone() throws {
        let small = try SmallRepository()
        var server: WebServer? = try WebServer(serving: small.folder.path)
        let store = try HTTPStore(url: try #require(server).url, patience: .milliseconds(200))
        let repository = try Repository.open(store)
        server = nil
        let error = #expect(throws: RepositoryError.self) { try repository.verify() }
        #expect(error?.code == .unreachable)
    }
}
