import Foundation
import Testing

@Suite struct FloorsTests {
    @Test("every edge of Package.swift points down, or is listed")
    func manifestEdges() throws {
        let manifest = try Manifest.current.get()
        #expect(manifest.rooms.count > 20)
        let objections = manifest.rooms.flatMap { room in
            room.dependencies.compactMap { Floors.objection(to: Floors.Edge(room.name, $0)) }
        }
        expectNone(objections.sorted())
    }

    @Test("the floors and Package.swift know the same rooms")
    func sameRooms() throws {
        #expect(Set(try Manifest.current.get().rooms.map(\.name)) == Set(Floors.rooms.joined()))
    }

    @Test("every import in Sources is declared in Package.swift and allowed")
    func imports() throws {
        let manifest = try Manifest.current.get()
        let files = try Tree.files(["Sources"])
        #expect(files.count > 40)
        expectNone(files.flatMap { Self.objections(to: $0, manifest) })
    }

    @Test("restore and capture never know each other")
    func twoDirections() throws {
        let manifest = try Manifest.current.get()
        #expect(!manifest.closure(of: "Recovery").contains("Capture"))
        #expect(!manifest.closure(of: "Capture").contains("Recovery"))
    }

    @Test("the end-to-end tests contain no product code")
    func harness() throws {
        let targets = try Manifest.current.get().targets
        for name in ["TidyTests", "EndToEndTests", "CommandLineTests"] {
            let rooms = targets[name]?.dependencies.filter { Floors.floor(of: $0) != nil }
            #expect(rooms == [])
        }
    }

    @Test("nothing that the rescue agent links imports Foundation, which would add 44 MB to the image")
    func foundation() throws {
        let linked = try Manifest.current.get().closure(of: "lifeboat-rescue")
        #expect(linked.isSuperset(of: ["Recovery", "Repository", "Transfer", "Buffers"]))
        let files = try Tree.files(["Sources"]).filter { linked.contains($0.room) }
        let guilty = files.filter { file in Imports.modules(of: file.text).contains(where: Self.isWholeFoundation) }
        expectNone(guilty.map(\.path))
    }

    @Test(
        "an edge that points up, lies unlisted within a floor, or leaves the house is objected to",
        arguments: [
            ("Repository", "Recovery"), ("Capture", "Recovery"), ("Recovery", "Capture"), ("Buffers", "LinuxSystem"),
            ("LinuxSystem", "BlockDevices"), ("Recovery", "RescueConsole"), ("Recovery", "ArgumentParser"),
            ("Recovery", "Hummingbird"), ("Recovery", "Utilities"), ("Utilities", "Buffers"), ("Buffers", "Logging"),
        ])
    func control(from: String, to: String) {
        #expect(Floors.objection(to: Floors.Edge(from, to)) != nil)
    }

    @Test("an import that Package.swift does not declare, or that goes up, is objected to")
    func importControl() throws {
        let manifest = try Manifest.current.get()
        let text = "@preconcurrency package import Recovery\nimport struct Zstd.Compressor\nimport Synchronization\n"
        let file = Tree.File(path: "Sources/Transfer/X.swift", text: text)
        #expect(Self.objections(to: file, manifest).count == 2)
        let allowed = Tree.File(path: "Sources/Transfer/X.swift", text: "internal import CCurl\n// import Recovery")
        #expect(Self.objections(to: allowed, manifest) == [])
    }

    @Test("Foundation is seen in every form of import")
    func foundationControl() {
        for line in ["import Foundation", "package import Foundation", "import class Foundation.Process"] {
            #expect(Imports.modules(of: line).contains(where: Self.isWholeFoundation))
        }
        #expect(!Imports.modules(of: "import FoundationEssentials").contains(where: Self.isWholeFoundation))
    }

    private static func isWholeFoundation(_ module: String) -> Bool {
        module.hasPrefix("Foundation") && module != "FoundationEssentials"
    }

    private static func objections(to file: Tree.File, _ manifest: Manifest) -> [String] {
        Imports.modules(of: file.text).compactMap { module in
            guard !Floors.toolchain.contains(module) else { return nil }
            let edge = Floors.Edge(file.room, module)
            if let objection = Floors.objection(to: edge) { return "\(file.path): \(objection)" }
            let isDeclared = manifest.targets[file.room]?.dependencies.contains(module) == true
            let isPartOfDeclared = Floors.outside[module] != nil && Floors.floor(of: module) == nil
            return isDeclared || isPartOfDeclared ? nil : "\(file.path): \(edge) is not declared in Package.swift"
        }
    }
}
