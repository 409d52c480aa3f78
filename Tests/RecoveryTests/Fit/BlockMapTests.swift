import Recovery
import RepositoryTesting
import Testing

struct BlockMapTests {
    @Test(
        "a map of blocks says what a plain list says, whatever order they come in, and keeps few runs",
        arguments: UInt64(1)...8)
    func model(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let count: UInt64 = 3_000
        var list = [BlockMap.Origin](repeating: .zeros, count: Int(count))
        var map = BlockMap()
        for _ in 0..<2_000 {
            let length = UInt64.random(in: 1...40, using: &random)
            let start = UInt64.random(in: 0..<count - length, using: &random)
            let from = UInt64.random(in: 0..<count, using: &random)
            let kind = Int.random(in: 0..<4, using: &random)
            for step in 0..<length {
                let origin: BlockMap.Origin = [.zeros, .scratch, .old(from + step), .old(start + step)][kind]
                map.set(start + step, origin)
                list[Int(start + step)] = origin
            }
        }
        for block in 0..<count { #expect(map.origin(of: block) == list[Int(block)]) }
        var told = [BlockMap.Origin](repeating: .zeros, count: Int(count))
        var end: UInt64 = 0
        for run in map.runs() {
            #expect(run.blocks.lowerBound >= end && run.origin != .zeros)
            end = run.blocks.upperBound
            for (step, block) in run.blocks.enumerated() {
                told[Int(block)] =
                    if case .old(let first) = run.origin { .old(first + UInt64(step)) } else { run.origin }
            }
        }
        #expect(told == list)
        // Neighbours that go on are one run.
        let breaks = list.indices.dropFirst().filter { index in
            switch (list[index - 1], list[index]) {
            case (.old(let one), .old(let next)): next != one + 1
            case (let one, let next): one != next
            }
        }
        #expect(map.runs().count <= breaks.count + 1)
    }

    @Test("what is filled from start to end is one run")
    func sequential() {
        var map = BlockMap()
        for block in UInt64(0)..<10_000 { map.set(block, .old(block + 77)) }
        let runs = map.runs()
        #expect(runs.count == 1 && runs[0].blocks == 0..<10_000 && runs[0].origin == .old(77))
    }
}
