import ArgumentParser
import LinuxSystem
import Repository
import RepositoryFormat

/// `HOST --repository LOCATION --at TIME`: the moment that is served, and how it is opened.
struct ViewOptions: ParsableArguments {
    @Argument(help: "The host's name.")
    var host: String

    @OptionGroup var repository: RepositoryOptions

    @Option(
        name: .customLong("at"), help: ArgumentHelp("The moment: the newest at or before this time.", valueName: "time")
    )
    var time = "latest"

    func validate() throws {
        guard TimeExpression(time) != nil else {
            throw ValidationError("--at \(time): give an ISO 8601 time, \"latest\", or an age such as 2h.")
        }
    }

    /// Opens the moment, so that everything that is wrong with it is said before anything is started. `disk` nil is all;
    /// `counted` looks at all extents where that is what it takes to know how much of a disk is data.
    func open(disk: UInt32?, counted: Bool = false) throws -> OpenedMoment {
        let repository = try self.repository.open { Terminal.printError("Trying again: \($0.reason)") }
        let timeline = try repository.timeline(of: host)
        guard let time = TimeExpression(time) else { throw ValidationError("--at \(time)") }
        let moment = try timeline.moment(at: time, now: Clocks.utcNanoseconds)
        let view = try View(repository, timeline: timeline, moment: moment)
        let disks = (counted ? try view.counted() : view.root.disks).sorted { $0.number < $1.number }
        let wanted = disks.filter { disk == nil || $0.number == disk }
        guard !wanted.isEmpty else {
            let known = disks.map { "\($0.number)" }.joined(separator: ", ")
            throw ViewError(
                ExitStatus.refused,
                "\(host) has no disk \(disk.map { "\($0)" } ?? "") at \(Timestamp.text(ofNanoseconds: moment.time)): it "
                    + "has \(known). Nothing was written.")
        }
        return OpenedMoment(
            location: try Self.absolute(self.repository.location), view: view, disks: wanted)
    }

    private static func absolute(_ location: String) throws -> String {
        location.contains("://") ? location : try Files.realPath(location)
    }
}
