internal import LinuxSystem
internal import Synchronization

/// Threads that work on one phase together, watched from the calling thread.
struct Crew {
    /// A tick a few times a second is what a screen can show; waiting in small steps ends a phase without delay.
    private static let tickNanoseconds: UInt64 = 250_000_000
    private static let stepNanoseconds: UInt64 = 4_000_000

    let state: RunState
    private var members: [(name: String, body: @Sendable () throws -> Void)] = []
    private var closers: [@Sendable () -> Void] = []

    init(_ state: RunState) { self.state = state }

    mutating func add(_ name: String, _ body: @escaping @Sendable () throws -> Void) { members.append((name, body)) }

    /// What lets waiting threads go when one has failed: closing the queues between them.
    mutating func onFailure(_ body: @escaping @Sendable () -> Void) { closers.append(body) }

    /// Runs all members to their end and calls `tick` about four times a second meanwhile. Throws the first failure.
    func run(_ tick: () -> Void) throws(RecoveryError) {
        let running = Counter()
        let closers = closers
        var threads: [WorkerThread<Void, Never>] = []
        for member in members {
            running.value.add(1, ordering: .relaxed)
            do {
                threads.append(
                    try WorkerThread<Void, Never>(member.name) { [state] in
                        defer { running.value.subtract(1, ordering: .releasing) }
                        do {
                            try member.body()
                        } catch { state.fail(error) }
                        if !state.goesOn { for close in closers { close() } }
                    })
            } catch {
                running.value.subtract(1, ordering: .relaxed)
                state.fail(error)
                for close in closers { close() }
            }
        }
        var last = Clocks.monotonicNanoseconds
        while running.value.load(ordering: .acquiring) > 0 {
            Clocks.sleep(nanoseconds: Self.stepNanoseconds)
            let now = Clocks.monotonicNanoseconds
            guard now - last >= Self.tickNanoseconds else { continue }
            last = now
            tick()
        }
        for thread in threads { thread.join() }
        try state.throwFailure()
    }

    /// Threads that are still at work.
    private final class Counter: Sendable {
        let value = Atomic<Int>(0)
    }
}
