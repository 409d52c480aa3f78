import Foundation
import LinuxSystem
import Repository
import Testing

/// The timeline against a plain model: hosts live at random, and every moment asked must be what the model says.
///
/// `LIFEBOAT_SEED` runs one host's life again; `LIFEBOAT_MODEL_OPERATIONS` lets many hosts live until they did so much
/// together (docs/testing.md).
@Suite("The timeline equals a model")
struct ModelTests {
    private static let environment = ProcessInfo.processInfo.environment
    /// Given: long lives, and every cut point of a prune.
    static let operations = environment["LIFEBOAT_MODEL_OPERATIONS"].flatMap { Int($0) }
    private static let seed = environment["LIFEBOAT_SEED"].flatMap { UInt64($0) }
    /// Kept: what they once found.
    private static let seeds: [UInt64] = seed.map { [$0] } ?? [1, 2, 3, 4]
    private static let prunedSeeds: [UInt64] = seed.map { [$0] } ?? [101, 102, 103, 104, 105]

    @Test("in every moment, whatever happens", .enabled(if: operations == nil), arguments: seeds)
    func life(seed: UInt64) throws {
        try live(seed, operations: 400, checksEvery: 60, limit: 3)
    }

    @Test("in every moment that is kept, however often the history is pruned", .enabled(if: operations == nil))
    func prunedLives() throws {
        var pruned = World.Pruned()
        for seed in Self.prunedSeeds {
            pruned.add(try live(seed, operations: 600, checksEvery: 60, limit: 3, prunes: true))
        }
        // Replayed alone a seed need not have everything.
        guard Self.seed == nil else { return }
        for (count, what) in [
            (pruned.runs, "prunes"), (pruned.deaths, "deaths"), (pruned.droppedStates, "dropped states"),
            (pruned.keptStates, "kept states"), (pruned.freedObjects, "freed objects"),
            (pruned.hollowedPacks, "hollowed packs"), (pruned.waits, "waits"),
        ] { #expect(count > 4, "\(what): \(pruned)") }
    }

    @Test("in every moment of long lives", .enabled(if: operations != nil))
    func longLives() throws {
        var seed = Self.seed ?? UInt64(Clocks.utcNanoseconds / 1_000_000_000)
        var left = Self.operations ?? 0
        print("model: from seed \(seed), \(left) operations")
        var pruned = World.Pruned()
        let start = Clocks.monotonicNanoseconds
        while left > 0 {
            // Short lives meet many beginnings, long ones deep histories.
            let length = min(left, seed % 10 == 0 ? 60_000 : seed % 3 == 0 ? 8_000 : 2_000)
            // Two of three lives are pruned.
            let prunes = seed / 2 % 3 != 1
            pruned.add(try live(seed, operations: length, checksEvery: 400, limit: 4, prunes: prunes))
            left -= length
            let seconds = (Clocks.monotonicNanoseconds - start) / 1_000_000_000
            print("model: seed \(seed) lived \(length) operations; \(left) left, \(seconds) s")
            seed += 1
        }
        print("model: \(pruned)")
    }

    @discardableResult
    private func live(
        _ seed: UInt64, operations: Int, checksEvery spacing: Int, limit: Int, prunes: Bool = false
    ) throws -> World.Pruned {
        let world = try World(seed: seed, prunes: prunes)
        var next = 0
        while world.steps < operations {
            do {
                try world.step()
            } catch let error as World.Difference { throw error } catch {
                throw World.Difference(description: "seed \(seed), step \(world.steps): \(error)")
            }
            guard world.steps >= next else { continue }
            try world.check(atMost: limit)
            next = world.steps + world.number(1...2 * spacing)
        }
        try world.reopen()
        try world.check(atMost: 60)
        guard prunes else { return world.pruned }
        let damages = try world.repository.verify(deep: true).damages
        guard damages.isEmpty else {
            throw World.Difference(description: "seed \(seed), step \(world.steps): \(damages)")
        }
        return world.pruned
    }
}
