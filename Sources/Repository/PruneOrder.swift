internal import RepositoryFormat

/// A prune as an administrator words it: what the command line was given, and the body of the request to a server
/// (docs/http-api.md, "Prune"). One place reads the words, so that both refuse the same with the same message.
package struct PruneOrder: Hashable, Sendable {
    /// The longest request: thousands of names of hosts fit.
    package static let lengthLimit = 1 << 20

    /// Names of the hosts to thin out; empty: all.
    package var hosts: [String]
    /// Instead of the policy that each host has.
    package var policy: String?
    /// Stores `policy` as that of the hosts.
    package var setsPolicy: Bool
    package var dryRun: Bool
    /// A length of time such as "24h".
    package var grace: String

    package init(
        hosts: [String] = [], policy: String? = nil, setsPolicy: Bool = false, dryRun: Bool = false,
        grace: String = "24h"
    ) {
        self.hosts = hosts
        self.policy = policy
        self.setsPolicy = setsPolicy
        self.dryRun = dryRun
        self.grace = grace
    }

    /// The body of a request. Throws `badInput`, also for members that are not known: a misspelt "dryRun" must not prune.
    package init(json: [UInt8]) throws(RepositoryError) {
        do throws(FormatError) {
            self = try decodeJSON(json, subject: "The request")
        } catch {
            throw RepositoryError(
                .badInput,
                "The request cannot be read: it is a JSON object with the members hosts (names), policy (text), setsPolicy, "
                    + "dryRun (true or false) and grace (a length of time such as \"24h\"), each of which may be left out, and "
                    + "no others. Nothing was changed.")
        }
    }

    package static func graceRefusal(_ grace: String) -> String {
        "--grace needs a length of time such as 24h, 30m or 0s, not \"\(grace)\"."
    }
    package static let missingPolicy = "--set stores the policy that --keep gives: give it, too."

    /// What is to be done, with every word read. Ages count from `now`, nanoseconds since 1970, UTC. Throws `badInput`.
    package func request(now: Int64, program: String) throws(RepositoryError) -> PruneRequest {
        guard case .age(let age)? = TimeExpression(grace) else {
            throw RepositoryError(.badInput, "\(Self.graceRefusal(grace)) Nothing was changed.")
        }
        guard !setsPolicy || policy != nil else {
            throw RepositoryError(.badInput, "\(Self.missingPolicy) Nothing was changed.")
        }
        var request = PruneRequest(now: now, program: program)
        request.hosts = hosts
        if let policy { request.policy = try RetentionPolicy(policy) }
        request.setsPolicy = setsPolicy
        request.isDryRun = dryRun
        request.grace = age
        return request
    }
}

extension PruneOrder: Codable {
    private enum Member: String, CodingKey, CaseIterable {
        case hosts, policy, setsPolicy, dryRun, grace
    }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseMembers(besides: Set(Member.allCases.map(\.rawValue)))
        let members = try decoder.container(keyedBy: Member.self)
        self.init()
        hosts = try members.decodeIfPresent([String].self, forKey: .hosts) ?? hosts
        policy = try members.decodeIfPresent(String.self, forKey: .policy)
        setsPolicy = try members.decodeIfPresent(Bool.self, forKey: .setsPolicy) ?? setsPolicy
        dryRun = try members.decodeIfPresent(Bool.self, forKey: .dryRun) ?? dryRun
        grace = try members.decodeIfPresent(String.self, forKey: .grace) ?? grace
    }

    package func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: Member.self)
        try members.encode(hosts, forKey: .hosts)
        try members.encodeIfPresent(policy, forKey: .policy)
        try members.encode(setsPolicy, forKey: .setsPolicy)
        try members.encode(dryRun, forKey: .dryRun)
        try members.encode(grace, forKey: .grace)
    }
}
