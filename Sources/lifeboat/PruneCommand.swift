import ArgumentParser
import Progress
import Repository

struct PruneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Thins out old history as a policy says, and frees the room that nothing needs any more.",
        discussion: """
            A policy is a list of rules. all:24h keeps every write of the last 24 hours. hour:7d, day:30d, week:8w, month:1y and \
            year:forever keep one state of every hour, day, … (UTC) for so long: the last one, or a safer one (clean shutdown, \
            frozen file systems) where there is one. marked keeps every moment that somebody gave a label. Lengths: h, d, w, y, \
            forever. What no rule keeps goes; the newest complete state and everything since never does. A time that was \
            thinned out opens as the last state kept before it.

            --set stores the policy with the hosts; without --keep each host's stored policy applies, and a host that has none is \
            left as it is. Garbage is collected in any case.

            Room is freed in two steps, so that restores and captures can go on meanwhile: what nothing names is condemned first, \
            and removed by the next prune that runs after the grace has passed and after the captures that were at work have \
            ended. Run it every night. --grace 0s frees at once: a restore that runs meanwhile may fail (it is told so, and no \
            wrong byte is written).

            A server prunes its repository for those who have an admin token ("lifeboat token add --admin"). When the connection \
            is lost, or this command is interrupted, it stops where every moment is whole; run the command again to go on.

            Example: every write for a day, then one state an hour for a week, a day for a month, a month for a year:
              lifeboat prune web01 --repository /srv/lifeboat --set --keep "all:24h hour:7d day:30d month:1y marked"
              lifeboat prune --repository /srv/lifeboat --dry-run
              lifeboat prune --repository /srv/lifeboat
              lifeboat prune --repository https://backup:8443 --token-file admin.token --fingerprint 9f86d081884c7d65…

            \(ExitStatus.help)
            """)

    @Argument(help: "Hosts to thin out; all when none is given.")
    var hosts: [String] = []

    @OptionGroup var repository: RepositoryOptions

    @Option(help: ArgumentHelp("What is kept for how long.", valueName: "policy"))
    var keep: String?

    @Flag(help: "Store --keep as the policy of the hosts.")
    var set = false

    @Flag(help: "Say what would go and how many bytes come free; change nothing.")
    var dryRun = false

    @Option(help: ArgumentHelp("How long readers may go on with what they opened.", valueName: "age"))
    var grace = "24h"

    @Flag(name: .shortAndLong, help: "No progress.")
    var quiet = false

    @OptionGroup var output: JSONOption

    func validate() throws {
        guard case .age? = TimeExpression(grace) else { throw ValidationError(PruneOrder.graceRefusal(grace)) }
        guard !set || keep != nil else { throw ValidationError(PruneOrder.missingPolicy) }
    }

    func run() throws {
        let order = PruneOrder(hosts: hosts, policy: keep, setsPolicy: set, dryRun: dryRun, grace: grace)
        let line = SharedProgressLine(isQuiet: quiet)
        let report = try repository.open().prune(order, program: Program.name) { line.show($0) }
        line.finish()
        output.print(report) { $0.text(Quantity.bytes) }
    }
}
