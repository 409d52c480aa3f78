internal import Digests
internal import LinuxSystem
internal import RepositoryFormat

/// One verification of a repository: hosts, heads, moments and maps on this thread, then packs on all processors.
///
/// Used once, by one thread.
final class Verifier {
    let repository: Repository
    let deep: Bool
    let observer: @Sendable (VerificationProgress) -> Void
    var findings: [VerifierFinding] = []
    var notes: [String] = []
    var counts = VerificationReport.Counts()
    var moments: [VerifierMoment] = []
    var layers: [VerifierLayer] = []
    var graph = VerifierPageGraph()
    /// Packs that moments need, numbered in the order of their first use.
    let packs = PackTable()
    /// Lengths in bytes of the packs whose indexes are sound, by their number.
    var packLengths: [UInt32: UInt64] = [:]
    /// Findings of packs by their number; without frames a finding touches everything in the pack.
    var packFindings: [UInt32: [(finding: Int, frames: Range<UInt32>?)]] = [:]
    /// Names of objects that something names, for telling garbage.
    var named: Set<String> = [ObjectName.repository, ObjectName.hosts]
    /// False once an object that names others could not be read: garbage cannot be told from the rest then.
    var sawEverything = true
    /// Machine descriptions that were read, with the finding if they are damaged.
    var machines: [String: Int?] = [:]

    init(_ repository: Repository, deep: Bool, observer: @escaping @Sendable (VerificationProgress) -> Void) {
        self.repository = repository
        self.deep = deep
        self.observer = observer
    }

    func run() throws(RepositoryError) -> VerificationReport {
        try walkHosts()
        try verifyPacks()
        try lookForGarbage()
        return report()
    }

    /// The value of `body`, or the number of a new finding at `object`. Throws only what ends a verification.
    func attempt<Value>(
        _ object: String, _ body: () throws(RepositoryError) -> Value
    ) throws(RepositoryError) -> Checked<Value> {
        if Interruption.isRequested {
            throw RepositoryError(.interrupted, "The verification was interrupted. The repository was only read.")
        }
        do {
            return .sound(try body())
        } catch {
            guard Self.isDamage(error) else { throw error }
            return .damaged(find(object, error.message))
        }
    }

    enum Checked<Value> {
        case sound(Value)
        /// The number of the finding.
        case damaged(Int)
    }

    /// An object that cannot be read or understood is as lost as one that is not there; an unreachable store is neither.
    static func isDamage(_ error: RepositoryError) -> Bool {
        [.damaged, .unsupported, .inputOutput].contains(error.code)
    }

    func find(_ object: String, _ what: String, hosts: Set<String> = []) -> Int {
        findings.append(VerifierFinding(object: object, what: what, hosts: hosts))
        return findings.count - 1
    }

    private func report() -> VerificationReport {
        let below = graph.findings(ofPacks: packFindings)
        var touched: [Int: [VerificationReport.TouchedMoment]] = [:]
        for moment in moments {
            let all = moment.pages.reduce(into: moment.findings) { $0.formUnion(below[$1]) }
            for finding in all {
                touched[finding, default: []].append(VerificationReport.TouchedMoment(moment))
                findings[finding].hosts.insert(moment.host)
            }
        }
        let stretches = touchedStretches()
        let damages = findings.enumerated().map { number, finding in
            VerificationReport.Damage(
                object: finding.object, what: finding.what, hosts: finding.hosts.sorted(),
                moments: touched[number] ?? [], stretches: stretches[number] ?? [])
        }
        return VerificationReport(
            repository: repository.store.location, ok: damages.isEmpty, deep: deep,
            damages: damages.sorted { $0.object < $1.object }, notes: notes, counts: counts)
    }
}

extension Verifier {
    /// The stretches of history that each finding touches, through segments; also names their hosts.
    private func touchedStretches() -> [Int: [VerificationReport.TouchedStretch]] {
        var touched: [Int: [VerificationReport.TouchedStretch]] = [:]
        for layer in layers {
            var all = layer.findings
            for use in layer.uses {
                for (finding, frames) in packFindings[use.pack] ?? []
                where frames.map({ damaged in use.frames.contains { $0.overlaps(damaged) } }) ?? true {
                    all.insert(finding)
                }
            }
            for finding in all {
                findings[finding].hosts.insert(layer.host)
                touched[finding, default: []].append(
                    VerificationReport.TouchedStretch(
                        host: layer.host, from: Timestamp.text(ofNanoseconds: layer.layer.earliest),
                        to: Timestamp.text(ofNanoseconds: layer.layer.latest)))
            }
        }
        return touched
    }
}

extension VerificationReport.TouchedMoment {
    fileprivate init(_ moment: VerifierMoment) {
        self.init(
            host: moment.host, time: Timestamp.text(ofNanoseconds: moment.moment.time),
            position: moment.moment.position.description, label: moment.moment.label)
    }
}
