package import Inventory
package import Repository

/// What happens to a session.
package enum ConsoleEvent: Sendable {
    /// With what of the machine's start is under way.
    case started(StartUp = StartUp(nil))
    /// More of it is through.
    case startUp(StartUp)
    /// A line was typed; `now` in nanoseconds since 1970, UTC, is what ages ("2h") count from.
    case line(String, now: Int64 = 0)
    /// Ctrl-C.
    case interrupt
    /// A request brought something; `ticket` is the request's. What comes for a ticket that is no longer waited for is
    /// dropped.
    case result(ConsoleResult, ticket: Int)
}

/// What requests bring.
package enum ConsoleResult: Sendable {
    /// Nobody else works on this machine's disks.
    case free
    /// Who does, and how far it is.
    case busy([String])
    case interruptedFound(InterruptedRestore?)
    /// This console is its own again; why.
    case detached(String)
    case repositoryOpened([HostChoice])
    /// Oldest first. Whether there are states between these: then any time can be asked for (`findMoment`). `chart` is the picture of it, in plain characters.
    case timelineLoaded([MomentChoice], isFollowed: Bool = false, chart: ActivityChart? = nil)
    case momentFound(MomentChoice)
    /// `absence` says why there is no target, where there is none.
    case disksListed(sources: [DiskDescription], targets: [PresentDisk], absence: [String] = [])
    case planReady([String])
    case placesListed([LocalFileSystem])
    /// The directory, and the hosts of the repository in it; nil when there is none.
    case mounted(String, hosts: [String]?)
    case disksToCapture([PresentDisk], absence: [String] = [])
    case network([String])
    case overview([DiskOverview])
    case clock(ClockStatus)
    /// What a server says, and how far that is ahead of this machine's clock, in nanoseconds.
    case serverTime(Int64, ahead: Int64)
    /// What was copied where.
    case saved([String])
    case remoteAccess(RemoteAccess)
    /// As the restored system's boot menu calls it.
    case kernelLoaded(String)
    case done
    /// How far a request is, which goes on: a line.
    case step(String)
    /// What the request waits for before it begins.
    case waiting(String)
    /// Something that is being tried again; the request goes on.
    case trouble(String)
    /// Of a job, as often as it likes.
    case progress(ProgressSample)
    /// Of a restore: it waits for `ConsoleAction.answer`.
    case passphraseWanted(PassphraseQuestion)
    /// The end of a job.
    case report(JobReport)
    /// It will not be done as asked, and nothing was written: complete message.
    case refused(String)
    /// It could not be done: complete message.
    case failed(String)
}
