import Repository
import RepositoryFormat
import RepositoryTesting
import Testing

/// Prunes by another process, beside the writer or without one.
extension World {
    private static let hour: Int64 = 3_600_000_000_000

    /// How much was really done: a life in which nothing is thinned out proves nothing about it.
    struct Pruned {
        var runs = 0
        var deaths = 0
        var droppedStates = 0
        var keptStates = 0
        var freedObjects = 0
        var hollowedPacks = 0
        /// Prunes that left something to a later one, for the grace or for a writer.
        var waits = 0

        mutating func add(_ other: Pruned) {
            runs += other.runs
            deaths += other.deaths
            droppedStates += other.droppedStates
            keptStates += other.keptStates
            freedObjects += other.freedObjects
            hollowedPacks += other.hollowedPacks
            waits += other.waits
        }
    }

    func prune() throws {
        if chance(2) { writer = nil }
        try settle()
        let (policy, request) = try randomPrune()
        let before = try timeline().history
        let thinning = ModelThinning(policy, now: request.now, oracle, before)
        let pruner = BrittleStore(base)
        guard chance(3) else { return try prune(request, policy, thinning, before, pruner) }
        // The process dies, and now and then another one goes on at once.
        pruner.arm(number(1...1 << number(1...11)), pick(BrittleStore.Fault.allCases))
        let died = Result { _ = try Repository.open(pruner).prune(request) }
        pruner.disarm()
        guard case .failure(let error) = died else { return try settle(thinning) }
        guard Self.isDeath(error) else { throw error }
        pruned.deaths += 1
        try reopen()
        try rollForward()
        try reconcile(thinning)
        if chance(2) { try check(atMost: 2) }
        guard chance(2) else { return }
        let history = try timeline().history
        let again = ModelThinning(policy, now: request.now, oracle, history)
        try prune(request, policy, again, history, pruner)
    }

    private func randomPrune() throws -> (ModelPolicy, PruneRequest) {
        var policy = ModelPolicy()
        policy.all = pick([nil, 1, 2, 24])
        for period in ModelPolicy.Period.allCases where chance(3) {
            policy.rules.append(.init(period: period, hours: pick([1, 5, 24, 72, 720, 9_000, nil])))
        }
        policy.keepsMarked = chance(2) || policy.all == nil && policy.rules.isEmpty
        // What is older than some time of this life is thinned out; the host's clock may be elsewhere.
        let oldest = chance(3) ? clock : oracle.log[number(0...oracle.log.count - 1)].time
        let now = oldest + Int64(policy.all ?? 0) * Self.hour + Int64(number(0...3_600)) * 1_000_000_000
        var request = PruneRequest(now: now, program: "model")
        request.policy = try RetentionPolicy(policy.text)
        request.setsPolicy = chance(4)
        // An hour of this machine's clock is longer than any life.
        request.grace = chance(3) ? Self.hour : 0
        return (policy, request)
    }

    private func prune(
        _ request: PruneRequest, _ policy: ModelPolicy, _ thinning: ModelThinning?, _ before: History,
        _ pruner: BrittleStore
    ) throws {
        var rehearsed: PruneReport?
        if chance(2) {
            var dry = request
            dry.isDryRun = true
            rehearsed = try Repository.open(BrittleStore(base)).prune(dry)
        }
        let report = try Repository.open(pruner).prune(request)
        let what = "pruned by \(policy.text) at \(request.now)"
        rehearsed?.dryRun = false
        if let rehearsed, rehearsed != report { throw difference("\(what): \(report), the dry run said \(rehearsed)") }
        let host = report.hosts[0]
        guard host.keptMoments == thinning?.kept.count ?? 0,
            host.keptMoments + host.droppedMoments == thinning?.candidates ?? 0
        else {
            throw difference(
                "\(what): \(host.keptMoments) states kept and \(host.droppedMoments) dropped, expected \(thinning, default: "nothing")"
            )
        }
        pruned.runs += 1
        pruned.droppedStates += host.droppedMoments
        pruned.keptStates += host.keptMoments
        pruned.freedObjects += report.freedObjects
        pruned.hollowedPacks += report.hollowedPacks
        pruned.waits += report.waitingObjects > 0 ? 1 : 0
        try settle(thinning)
        try checkPruned(thinning, before, what)
    }

    /// What was thinned out is known to the oracle.
    func settle(_ thinning: ModelThinning?) throws {
        try reopen()
        guard let thinning else { return }
        oracle.thin(before: thinning.start, keeping: thinning.kept)
        oracle.marks = oracle.marks.filter(thinning.leaves)
        oracle.gaps = oracle.gaps.filter(thinning.leaves)
    }

    /// After a death: all of the thinning is there or nothing of it.
    func reconcile(_ thinning: ModelThinning?) throws {
        guard let thinning else { return }
        let history = try timeline().history
        let isThinned =
            Set(history.marks) == Set(oracle.marks.filter(thinning.leaves))
            && Set(history.gaps) == Set(oracle.gaps.filter(thinning.leaves))
            && oracle.log.allSatisfy { thinning.isLeft($0.position) || history.path(to: $0.position) == nil }
        if isThinned { try settle(thinning) }
    }

    private func checkPruned(_ thinning: ModelThinning?, _ before: History, _ what: String) throws {
        let timeline = try timeline()
        let after = timeline.history
        let start = thinning?.start ?? Position(epoch: 0, sequence: 0)
        guard Set(after.layers.filter { $0.base >= start }) == Set(before.layers.filter { $0.base >= start }),
            Set(after.moments.filter { $0.position >= start }) == Set(before.moments.filter { $0.position >= start })
        else { throw difference("\(what): what is younger was touched") }
        if let thinning {
            for position in some(6, of: thinning.kept.sorted()) { try check(timeline, position) }
            for entry in some(6, of: oracle.log.filter { $0.position < thinning.start }) {
                try check(timeline, entry.position)
                try check(timeline, time: entry.time)
            }
        }
        try check(atMost: 2)
        guard chance(4) else { return }
        let damages = try repository.verify(deep: true).damages
        guard damages.isEmpty else { throw difference("\(what): \(damages)") }
    }
}
