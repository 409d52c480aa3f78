import FoundationEssentials
import Repository
import RepositoryFormat
import RepositoryTesting
import Testing

@Suite("Retention")
struct RetentionTests {
    static let policy = "all:24h hour:3d day:8d marked"

    @Test("every kept state equals the copy taken before; a dropped one is refused with the nearest that are kept")
    func thinning() throws {
        let history = try TestHistory(segments: 260, labelled: 37)
        let plan = try #require(
            RetentionPlan(try history.timeline.history, try RetentionPolicy(Self.policy), now: history.now))
        let report = try history.repository.prune(history.request(Self.policy))
        #expect(report.hosts[0].droppedMoments > 50)
        #expect(report.freedBytes > 0)
        let after = try history.reopened()
        let kept = Set(plan.kept.map(\.position))
        var dropped = 0
        for state in history.states {
            let bytes = try history.opened(state, in: after)
            if state.position >= plan.start || kept.contains(state.position) {
                #expect(bytes == state.bytes, "\(state.position)")
            } else {
                #expect(bytes == nil, "\(state.position)")
                dropped += 1
            }
        }
        #expect(dropped > 50)
        #expect(kept.count > 20)
        let labelled = try history.timeline.history.marks.filter { $0.kind == .label }
        #expect(labelled.count == 260 / 37)
        let gone = try #require(history.states.first { !kept.contains($0.position) && $0.position < plan.start })
        let error = #expect(throws: RepositoryError.self) {
            try history.timeline.moment(at: .position(gone.position), now: history.now)
        }
        #expect(error?.message.contains("nearest") == true)
        #expect(try after.verify().damages == [])
    }

    @Test("a time that was thinned out opens as the last state kept before it, and says how coarse it is")
    func times() throws {
        let history = try TestHistory(segments: 200)
        let policy = try RetentionPolicy(Self.policy)
        let plan = try #require(RetentionPlan(try history.timeline.history, policy, now: history.now))
        _ = try history.repository.prune(history.request(Self.policy))
        let timeline = try history.timeline
        for state in history.states where state.time >= plan.kept[0].time && state.position < plan.start {
            let moment = try timeline.moment(at: .instant(state.time + 1), now: history.now)
            let expected = plan.kept.last { $0.time <= state.time + 1 }
            #expect(moment.position == expected?.position)
        }
        for layer in timeline.history.layers where layer.last < plan.start {
            #expect(layer.kind == .delta)
            #expect(Int64(layer.granularityInMilliseconds) >= (layer.endTime - layer.earliest) / 1_000_000)
        }
    }

    @Test("pruning again changes nothing; pruning day by day keeps the states that pruning once keeps")
    func again() throws {
        let history = try TestHistory(segments: 60)
        let twin = try TestHistory(segments: 60)
        for _ in 0..<4 {
            _ = try history.repository.prune(history.request(Self.policy))
            try history.follow(segments: 30)
            try twin.follow(segments: 30)
        }
        _ = try history.repository.prune(history.request(Self.policy))
        _ = try twin.repository.prune(twin.request(Self.policy))
        let left = try history.states.filter { try history.opened($0, in: history.reopened()) != nil }
        let right = try twin.states.filter { try twin.opened($0, in: twin.reopened()) != nil }
        #expect(left.map(\.position) == right.map(\.position))
        for state in left { #expect(try history.opened(state, in: history.reopened()) == state.bytes) }
        let before = try history.folder.files()
        let report = try history.repository.prune(history.request(Self.policy))
        #expect(report.freedObjects == 0)
        #expect(try history.folder.files() == before)
    }

    @Test("a dry run says exactly the bytes that the run frees, and changes nothing")
    func rehearsal() throws {
        let history = try TestHistory(segments: 150, labelled: 20)
        let before = try history.folder.files()
        var request = try history.request(Self.policy)
        request.isDryRun = true
        let expected = try history.repository.prune(request)
        #expect(try history.folder.files() == before)
        request.isDryRun = false
        let store = FaultyStore(DirectoryStore(history.folder.path, isDurable: false))
        let report = try Repository.open(store).prune(request)
        #expect(report.freedBytes == expected.freedBytes)
        #expect(report.freedObjects == expected.freedObjects)
        #expect(report.hosts == expected.hosts)
        let after = try history.folder.files()
        // What was there or was made in between, and is not there now; lists and locks are not counted.
        let sizes = before.mapValues { UInt64($0.count) }.merging(store.sizes) { $1 }
        let gone = sizes.filter { after[$0.key] == nil && !$0.key.hasPrefix("condemned/") }
        #expect(report.freedBytes == gone.values.reduce(0, +))
        #expect(report.freedObjects == gone.count)
        #expect(report.freedBytes > 100_000)
    }

    @Test("a host without a policy keeps everything, and garbage goes all the same")
    func garbageAlone() throws {
        let history = try TestHistory(segments: 30)
        var request = PruneRequest(now: history.now, program: "tests")
        request.grace = 0
        let report = try history.repository.prune(request)
        #expect(report.hosts[0].policy == nil)
        #expect(report.freedObjects > 0)
        for state in history.states { #expect(try history.opened(state, in: history.reopened()) == state.bytes) }
        #expect(try history.reopened().verify(deep: true).ok)
    }

    @Test("a gap that lasts while what is before it is thinned out can be ended later")
    func openGap() throws {
        let history = try TestHistory(segments: 60)
        try JournalWriter(history.timeline, options: .init(program: "tests")).beginGap(.degraded)
        try history.follow(segments: 100)
        _ = try history.repository.prune(history.request("all:24h day:30d"))
        let open = try #require(try history.timeline.history.gaps.first)
        #expect(open.to == nil)
        let writer = try JournalWriter(history.timeline, options: .init(program: "tests"))
        #expect(writer.published > open.from)
        try writer.endGap(time: history.now + TestHistory.hour)
        let ended = try #require(try history.timeline.history.gaps.first)
        #expect(ended.to == writer.published)
        #expect(try history.timeline.moment(at: .latest, now: history.now).position == writer.published)
    }

    @Test("a stored policy applies to every later prune")
    func stored() throws {
        let history = try TestHistory(segments: 60)
        var request = try history.request("all:24h hour:2d")
        request.setsPolicy = true
        _ = try history.repository.prune(request)
        #expect(try history.timeline.head.retention == "all:24h hour:2d")
        try history.follow(segments: 40)
        #expect(try history.timeline.head.retention == "all:24h hour:2d")
        request.policy = nil
        request.setsPolicy = false
        request.now = history.now
        let report = try history.repository.prune(request)
        #expect(report.hosts[0].policy == "all:24h hour:2d")
        #expect(report.hosts[0].droppedMoments > 0)
    }
}
