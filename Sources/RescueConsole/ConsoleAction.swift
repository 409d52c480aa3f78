package import Repository

/// What the program does for a session.
package enum ConsoleAction: Hashable, Sendable {
    case show(ScreenText)
    /// Lines that belong to no screen: complaints, progress.
    case say([String])
    /// How far the job is: where a screen is drawn in full, `board` replaces the one before; elsewhere `lines` are said, mostly none.
    case progress(board: [String], lines: [String])
    /// Start this and answer with results that carry the ticket.
    case perform(ConsoleRequest, ticket: Int)
    /// The request of this ticket shall end at the next safe point. A job's report still comes.
    case stop(ticket: Int)
    /// What was typed for `passphraseWanted` of this ticket; nil leaves the container closed.
    case answer(String?, ticket: Int)
    case reboot
    case powerOff
    /// The kernel that was loaded takes over.
    case startKernel
    /// The login over SSH that this console is ends.
    case logOut
}

/// What the program is asked to do. Everything may block: never on the thread that reads the console.
package enum ConsoleRequest: Hashable, Sendable {
    /// Whether the other console works on disks: `free` or `busy`.
    case lookForOtherConsole(Goal)
    /// Whether a disk of this machine was being restored when the machine went down: `interruptedFound`. Nobody waits for it.
    case lookForInterrupted
    /// Shows the console that works on this one, and gives it what is typed here: `detached` when that ends, or `failed`.
    case attach
    /// From now on servers are asked with these: `done` or `failed`.
    case useAccess(token: String?, fingerprint: String?)
    /// `repositoryOpened` or `failed`.
    case openRepository(String)
    /// `timelineLoaded` or `failed`.
    case loadTimeline(repository: String, host: String)
    /// The state at a time between the listed ones; `now` is what ages count from: `momentFound` or `failed`.
    case findMoment(repository: String, host: String, time: TimeExpression, now: Int64)
    /// `disksListed`, with the disks of the moment, or `failed`.
    case listDisks(RestoreSelection)
    /// `planReady`, `refused` or `failed`; nothing is written.
    case preparePlan(RestoreSelection)
    /// Looks at the disks again, then restores the plan that was prepared: `progress`, then `report`; `busy`, `refused`
    /// when nothing was written.
    case restore(RestoreSelection, confirmations: [String])
    /// Compares disks of this machine with the moment: `progress`, then `report`; `busy` or `refused`. Only reads.
    case compare(RestoreSelection)
    /// Loads the default kernel of the system that was restored last: `kernelLoaded` or `failed`. Only reads.
    case loadKernel
    /// `placesListed`.
    case listPlaces
    /// `mounted` or `failed`.
    case mount(RepositoryPlace, writable: Bool)
    /// Makes an empty repository in a directory: `done` or `failed`.
    case makeRepository(String)
    /// `disksToCapture`; the disk of this directory has its role.
    case listDisksToCapture(repository: String)
    /// `progress`, then `report`; `busy` or `refused` when nothing was done.
    case capture(CaptureSelection)
    /// `network`.
    case networkStatus
    /// Puts a line of network settings into force: `network` or `failed`.
    case setNetwork(String)
    /// The disks of this machine with their partitions: `overview`.
    case diskOverview
    /// File systems that logs can be copied to: `placesListed`.
    case listPlacesToSave
    /// Copies logs and reports to a place, in a directory of its own that is named after the host: `saved` or `failed`.
    case save(RepositoryPlace, host: String?)
    /// The clocks and the keyboard: `clock`.
    case clockStatus
    /// Sets the system's and the hardware's clock: `clock` or `failed`.
    case setClock(ClockSetting)
    /// Loads a layout for the screen's keyboard: `clock` or `failed`.
    case setKeyboard(String)
    /// Asks a server what time it is, whoever it is: `serverTime` or `failed`.
    case askServerTime(String)
    /// The way to a repository step by step, and how fast its newest moment can be read, of this host if it is there: `step` for each,
    /// then `done` or `failed`.
    case testConnection(String, host: String?)
    /// Switches SSH on or off, or only looks: `remoteAccess` or `failed`.
    case remoteAccess(RemoteAccess.Change)
    /// Runs a shell on this console: `done` when it ended.
    case shell
}

package enum ClockSetting: Hashable, Sendable {
    /// Nanoseconds since 1970, UTC.
    case time(Int64)
    /// By so many nanoseconds.
    case forward(Int64)
}
