internal import Inventory

// What the program answers to requests.
extension RescueSession {
    mutating func handle(_ result: ConsoleResult, of request: ConsoleRequest) -> [ConsoleAction] {
        if job != nil { return jobResult(result, of: request) }
        if case .trouble(let what) = result { return [.say(PlainText.wrap("! \(what)"))] }
        if case .waiting(let what) = result { return [.say(PlainText.wrap("... \(what)"))] }
        if case .step(let line) = result { return [.say(PlainText.wrap(line))] }
        pending = nil
        switch (request, result) {
        case (.lookForOtherConsole(let goal), .free): return begin(goal)
        case (.lookForOtherConsole(let goal), .busy(let lines)): return busy(goal, lines)
        case (.attach, .detached(let why)): return menu() + [.say(PlainText.wrap(why))]
        case (.useAccess(let token, let fingerprint), .done):
            return accessTaken(token: token, fingerprint: fingerprint)
        case (.openRepository, .repositoryOpened(let hosts)):
            return continueWith(hosts) ?? push(.hosts(HostScreen(hosts: hosts, preset: configuration.host)))
        case (.loadTimeline(_, let host), .timelineLoaded(let moments, let isFollowed, let chart)):
            return continueWith(moments, isFollowed: isFollowed, of: host)
                ?? push(
                    .moments(
                        MomentScreen(host: host, moments: moments, isFollowed: isFollowed, chart: chart, zone: zone)))
        case (.findMoment(let repository, let host, _, _), .momentFound(let moment)):
            return listDisks(RestoreSelection(repository: repository, host: host, moment: moment))
        case (.listDisks(let selection), .disksListed(let sources, let targets, let absence)):
            return showAnew(
                .disks(
                    DiskScreen(
                        selection: selection, sources: sources, targets: targets, absence: absence, compares: compares))
            )
        case (.preparePlan(let selection), .planReady(let lines)):
            return push(.plan(PlanScreen(selection: selection, lines: lines, present: present ?? [])))
        case (.listPlaces, .placesListed(let systems)), (.listPlacesToSave, .placesListed(let systems)):
            return show(systems)
        case (.mount(let place, let writable), .mounted(let directory, let hosts)):
            return mounted(place, directory, hosts: hosts, writable: writable)
        case (.makeRepository(let directory), .done):
            // Back from the disks leads to the choice of the place: the question is answered.
            stack.removeLast()
            return listDisksToCapture(directory, hosts: [])
        case (.listDisksToCapture(let directory), .disksToCapture(let disks, let absence)):
            return push(
                .captureDisks(
                    CaptureDisksScreen(repository: directory, hosts: captureHosts, disks: disks, absence: absence)))
        case (.networkStatus, .network(let lines)), (.setNetwork, .network(let lines)):
            return showAnew(.network(NetworkScreen(lines: lines)))
        case (.shell, .done), (.testConnection, .done): return showTop()
        case (.diskOverview, .overview(let disks)): return show(disks)
        case (.save, .saved(let lines)): return saved(lines)
        case (.clockStatus, .clock(let status)), (.setClock, .clock(let status)), (.setKeyboard, .clock(let status)):
            return show(status)
        case (.askServerTime(let address), .serverTime(let time, let ahead)):
            return push(.serverTime(ServerTimeScreen(address: address, ahead: ahead, time: time, zone: zone)))
        case (.openRepository, .failed(let why)): return complainAboutClock() + complain(why)
        case (.loadKernel, .kernelLoaded(let title)):
            return [.say(PlainText.wrap("... Starting \(title)")), .startKernel]
        case (.remoteAccess, .remoteAccess(let access)): return show(access)
        case (_, .refused(let why)), (_, .failed(let why)): return complain(why)
        default:
            return complain("The program answered something that was not asked. This is a defect; nothing was done.")
        }
    }

    private mutating func begin(_ goal: Goal) -> [ConsoleAction] {
        if case .busy = top { stack.removeLast() }
        switch goal {
        case .job(.restore):
            compares = false
            return continuation == nil ? showRepository() : continueRestore()
        case .job(.comparison):
            compares = true
            return showRepository()
        case .job(.capture): return perform(.listPlaces, saying: "Looking for file systems")
        case .power(let power, confirmed: false): return push(.power(PowerScreen(power: power)))
        case .power(.reboot, confirmed: true): return [.say(["... Rebooting"]), .reboot]
        case .power(.off, confirmed: true): return [.say(["... Powering off"]), .powerOff]
        case .power(.start, confirmed: true):
            return perform(.loadKernel, saying: "Loading the kernel of the restored system")
        }
    }

    private mutating func busy(_ goal: Goal, _ lines: [String]) -> [ConsoleAction] {
        let screen = Screen.busy(BusyScreen(goal: goal, lines: lines))
        if case .busy(let before) = top {
            _ = replaceTop(screen)
            return before.attaches ? perform(.attach, saying: "Attaching; leave and Enter come back here") : showTop()
        }
        return push(screen)
    }

    private mutating func show(_ systems: [LocalFileSystem]) -> [ConsoleAction] {
        if case .place(let screen) = top {
            return replaceTop(.place(PlaceScreen(systems: systems, purpose: screen.purpose)))
        }
        let purpose: PlaceScreen.Purpose =
            switch top {
            case .repository: .restore
            case .tools, .report: .save
            default: .capture
            }
        return push(.place(PlaceScreen(systems: systems, purpose: purpose)))
    }

    /// While a restore or a capture runs.
    private mutating func jobResult(_ result: ConsoleResult, of request: ConsoleRequest) -> [ConsoleAction] {
        switch result {
        case .progress(let sample):
            let lines = progress.add(sample)
            // A question stays readable; the numbers go on in the background.
            guard case .running = top else { return [] }
            return [.progress(board: progress.board, lines: lines)]
        case .passphraseWanted(let question): return ask(question)
        case .report(let report): return ended(report)
        case .refused(let why): return notStarted(why, request)
        case .busy(let lines): return notStarted(lines.joined(separator: " "), request)
        case .failed(let why): return ended(JobReport(.failed, [why]))
        default: return []
        }
    }

    /// The job waits for the answer: whatever else was asked comes too late.
    private mutating func ask(_ question: PassphraseQuestion) -> [ConsoleAction] {
        unwind { if case .running = $0 { true } else { false } }
        let screen = push(.passphrase(PassphraseScreen(question: question)))
        return (question.isRepeated ? [.say(["! This passphrase does not open it."])] : []) + screen
    }

    private mutating func ended(_ report: JobReport) -> [ConsoleAction] {
        guard let job else { return [] }
        self.job = nil
        pending = nil
        stack.removeSubrange(1...)
        return push(.report(ReportScreen(job: job, report: report))) + [lookForInterrupted]
    }

    /// Nothing was written or read: a restore or a comparison leads back to the disks, which are looked at again; a capture to its last
    /// screen.
    private mutating func notStarted(_ why: String, _ request: ConsoleRequest) -> [ConsoleAction] {
        job = nil
        pending = nil
        let selection: RestoreSelection
        switch request {
        case .restore(let chosen, _), .compare(let chosen): selection = chosen
        default:
            unwind { if case .captureReady = $0 { true } else { false } }
            return complain(why)
        }
        unwind { if case .disks = $0 { true } else { false } }
        return [.say(PlainText.wrap("! \(why)"))] + listDisks(selection)
    }
}
