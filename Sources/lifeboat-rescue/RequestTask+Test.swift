import LinuxSystem
import Progress
import Recovery
import Repository
import RepositoryFormat
import RescueConsole

extension RequestTask {
    /// Each step of the way to a repository, and how fast its blocks come. Writes nothing; says each step as it is done.
    func testConnection(_ address: String, host: String?) throws -> ConsoleResult {
        func say(_ line: String) {
            Terminal.log("test: \(line)")
            worker.post(.step(line), ticket: ticket)
        }
        let isStopped: @Sendable () -> Bool = { [cancellation] in cancellation.isRequested }
        if address.hasPrefix("http") {
            let probe = try ConnectionProbe(
                address, proxy: worker.currentAccess.proxy, shouldStop: isStopped, now: { Clocks.utcNanoseconds })
            probe.lines.forEach(say)
            guard probe.isReached else { return .done }
        }
        let repository = try open(address).repository
        let hosts = try repository.hosts()
        say("Access    the repository can be read; hosts: \(hosts.count)")
        let summaries = try repository.hostSummaries().filter { $0.newest != nil }
        let named = summaries.first { $0.name == host }
        guard let chosen = named ?? summaries.max(by: { ($0.newest ?? "") < ($1.newest ?? "") }) else {
            say("Rate      there is no moment yet that could be read")
            return .done
        }
        let timeline = try repository.timeline(of: chosen.name)
        let moment = try timeline.moment(at: .latest, now: Clocks.utcNanoseconds)
        say("Rate      reading \(chosen.name) as of \(Timestamp.text(ofNanoseconds: moment.time)) for five seconds")
        let view = try View(repository, timeline: timeline, moment: moment)
        let result = try ThroughputProbe.run(view, isInterrupted: isStopped)
        say(
            "Rate      \(Quantity.rate(result.bytesPerSecond)): \(Quantity.bytes(result.bytes)) in "
                + "\(Quantity.seconds(result.nanoseconds)), \(result.requests) requests")
        return .done
    }
}
