import ArgumentParser
import LinuxSystem
import Progress
import Repository
import RepositoryFormat

struct DiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Shows which parts of a host's disks differ between two moments.",
        discussion: """
            Compares maps, not data: bytes that differ are always listed, equal ones can be where they were written anew. Zeros \
            and free space read alike. Long lists are cut to the first 20 unless --all; the totals count everything. \
            \(TimeExpression.help)

            Example:
              lifeboat diff web01 --at 2d --and latest --repository /srv/lifeboat
              lifeboat diff web01 --at 2026-11-20T14:00:00Z --and 2026-11-20T14:05:00Z --disk 0 --repository /srv/lifeboat

            \(ExitStatus.help)
            """)

    @Argument(help: "The host's name.")
    var host: String

    @OptionGroup var repository: RepositoryOptions

    @Option(
        name: .customLong("at"),
        help: ArgumentHelp("One moment: the newest at or before this time.", valueName: "time"))
    var first: String

    @Option(name: .customLong("and"), help: ArgumentHelp("The other moment.", valueName: "time"))
    var second: String

    @Option(help: ArgumentHelp("Only this disk.", valueName: "number"))
    var disk: UInt32?

    @Flag(help: "List every extent.")
    var all = false

    @OptionGroup var output: JSONOption

    func validate() throws {
        _ = try TimeExpression.validated(first, option: "at")
        _ = try TimeExpression.validated(second, option: "and")
    }

    func run() throws {
        let repository = try self.repository.open()
        let timeline = try repository.timeline(of: host)
        let now = Clocks.utcNanoseconds
        let views = try [(first, "at"), (second, "and")].map { text, option in
            let moment = try timeline.moment(at: TimeExpression.validated(text, option: option), now: now)
            return try View(repository, timeline: timeline, moment: moment)
        }
        let numbers = Set(views.flatMap(\.root.disks).map(\.number)).sorted().filter { disk == nil || $0 == disk }
        guard !numbers.isEmpty else {
            let known = Set(views.flatMap(\.root.disks).map { "\($0.number)" }).sorted().joined(separator: ", ")
            throw RepositoryError(
                .badInput, "\(host) has no disk \(disk.map { "\($0)" } ?? "") at these moments: it has \(known).")
        }
        var report = DiffReport(host: host, moments: views.map { DiffReport.State($0.moment) })
        if !output.isJSON { Terminal.print(report.heading) }
        for number in numbers {
            // With --all, text is printed as it is found: a list of any length takes no memory.
            let found = try differences(views, number) {
                if all, !output.isJSON { Terminal.print(DiffReport.line($0)) }
            }
            if !output.isJSON { Terminal.print(found.text(printed: all)) }
            report.disks.append(found)
        }
        if output.isJSON { output.print(report) { _ in "" } }
    }

    private func differences(
        _ views: [View], _ number: UInt32, _ each: (DiffReport.Range) -> Void
    ) throws -> DiffReport.Disk {
        var result = DiffReport.Disk(disk: number, sizes: views.map { ($0.disk(number)?.sectors ?? 0) * 512 })
        try views[1].differences(from: views[0], disk: number) { sectors in
            guard !Interruption.isRequested else { throw RepositoryError(.interrupted, "Interrupted.") }
            let range = DiffReport.Range(
                offset: sectors.lowerBound * 512, length: (sectors.upperBound - sectors.lowerBound) * 512)
            result.extents += 1
            result.changedBytes += range.length
            if result.extents == 1, all, !output.isJSON { Terminal.print(DiffReport.header(disk: number)) }
            each(range)
            if result.ranges.count < DiffReport.longest || (all && output.isJSON) { result.ranges.append(range) }
        }
        result.isCut = result.extents > UInt64(result.ranges.count)
        return result
    }
}
