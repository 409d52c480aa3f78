import FoundationEssentials
import Fuzzing
import Testing

/// What libFuzzer runs for hours (`scripts/fuzz`) runs here for moments, without it.
@Suite("Parsers of outside bytes")
struct FuzzingTests {
    private static let cases = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fuzz/Cases").path

    @Test("have names and numbers that cases can rely on")
    func numbers() {
        #expect(FuzzObject.all.count < 128 && Set(FuzzObject.all.map(\.name)).count == FuzzObject.all.count)
        #expect(!FuzzObject.run([UInt8](repeating: 127, count: 9)) && !FuzzObject.run([]))
        #expect(FuzzObject.all.filter(\.seeds.isEmpty).map(\.name) == ["file-system"])
    }

    @Test("take their seeds: a fuzzer that starts from refused inputs finds nothing", arguments: FuzzObject.all)
    func seeds(object: FuzzObject) {
        for seed in object.seeds { #expect(throws: Never.self) { try object.parse(seed) } }
    }

    @Test("bear everything that once ended the process")
    func kept() throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: Self.cases) where name != "README.md" {
            let input = try #require(FileManager.default.contents(atPath: "\(Self.cases)/\(name)"))
            #expect(FuzzObject.run(input), "\(name) names no parser")
        }
    }

    @Test("end the process when what they took is not what its encoder gives")
    func control() async {
        await #expect(processExitsWith: .failure) { FuzzObject.same(1) { 2 } }
        await #expect(processExitsWith: .success) { FuzzObject.same(1) { 1 } }
    }

    /// A failure ends the process; the seed and the parser of the last line say how to run it again.
    @Test("bear random damage", arguments: FuzzObject.all, [1, 20_261_122, 0xdead_beef] as [UInt64])
    func damage(object: FuzzObject, seed: UInt64) {
        var mutator = Mutator(seed: seed)
        for (_, bytes) in FuzzObject.inputs(of: object.name) {
            for _ in 0..<2_000 {
                var input = bytes
                for _ in 0..<Int.random(in: 1...4, using: &mutator) { mutator.damage(&input) }
                input[0] = bytes[0] | (mutator.next() & 3 == 0 ? 0x80 : 0)
                #expect(FuzzObject.run(input), "seed \(seed)")
            }
        }
    }
}
