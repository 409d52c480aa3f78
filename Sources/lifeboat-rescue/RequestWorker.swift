import LinuxSystem
import Networking
import Recovery
import Repository
import RescueConsole
import Synchronization

/// Does what sessions ask for, each request on a thread of its own, and posts what comes of it.
final class RequestWorker: Sendable {
    /// A plan that passed its checks, until it is run or another one is made.
    struct Prepared: Sendable {
        let selection: RestoreSelection
        let restore: PreparedRestore
        let source: OpenedRepository
        /// What the plan says of the machine that was captured, if it was seen on the network.
        let original: String?
    }

    let options: AgentOptions
    let console: String
    private let mailbox: Mailbox
    private let cancellations = Mutex<[Int: Cancellation]>([:])
    /// Where the answers to requests that ask are waited for.
    private let questions = Mutex<[Int: BoundedQueue<String?>]>([:])
    private let prepared = Mutex<Prepared?>(nil)
    /// The disks of the system that was restored last and is proved to start.
    private let restored = Mutex<TargetMachine?>(nil)
    private let access: Mutex<RepositoryAccess>
    private let door = Mutex<Door?>(nil)
    private let captureStopped = Atomic<Bool>(false)

    init(options: AgentOptions, console: String, mailbox: Mailbox) {
        access = Mutex(.open)
        self.options = options
        self.console = console
        self.mailbox = mailbox
    }

    var mountPoint: String { options.mountPoint(of: console) }

    /// While true, `Interruption` belongs to the capture that is being stopped.
    var stopsCapture: Bool { captureStopped.load(ordering: .relaxed) }

    /// Returns at once; at least one result with this ticket follows.
    func start(_ request: ConsoleRequest, ticket: Int) {
        let cancellation = Cancellation()
        cancellations.withLock { $0[ticket] = cancellation }
        do {
            // The thread detaches itself when its owner goes out of use; its result comes by mail.
            _ = try WorkerThread<Void, Never>("request") { [self] in
                let result = answer(request, ticket: ticket, cancellation)
                cancellations.withLock { $0[ticket] = nil }
                mailbox.post(result, ticket: ticket)
            }
        } catch {
            mailbox.post(.failed("\(error). Nothing was done."), ticket: ticket)
        }
    }

    /// The request ends at its next safe point.
    func stop(_ ticket: Int) { cancellations.withLock { $0[ticket] }?.request() }

    /// Asks the operator of the request's console and waits for the answer; nil when there is none.
    func ask(_ question: PassphraseQuestion, ticket: Int) -> String? {
        let answers = BoundedQueue<String?>(capacity: 1)
        questions.withLock { $0[ticket] = answers }
        mailbox.post(.passphraseWanted(question), ticket: ticket)
        return answers.pop() ?? nil
    }

    func answer(_ text: String?, ticket: Int) { questions.withLock { $0.removeValue(forKey: ticket) }?.push(text) }

    func post(_ result: ConsoleResult, ticket: Int) { mailbox.post(result, ticket: ticket) }

    /// Takes the plan that was prepared for exactly this selection.
    func takePrepared(_ selection: RestoreSelection) -> Prepared? {
        prepared.withLock { held in
            guard let found = held else { return nil }
            // What happens after the restore was asked when the plan was there.
            var asked = selection
            asked.adapts = found.selection.adapts
            guard found.selection == asked else { return nil }
            held = nil
            return found
        }
    }

    var network: NetworkSetup { NetworkSetup(options: options) }

    /// What servers are asked with, and through which proxy: that of the network's settings, which the other console may have changed.
    var currentAccess: RepositoryAccess {
        var current = access.withLock { $0 }
        current.proxy = network.settings.proxy
        return current
    }

    /// Where other consoles attach to the job that runs; nil while nothing does.
    var openDoor: Door? { door.withLock { $0 } }

    /// Other consoles can attach from now on. Only who has the machine's lock opens it.
    func openTheDoor() {
        do {
            let opened = try Door(options.stateDirectory)
            door.withLock { $0 = opened }
        } catch {
            // It costs the other consoles, never this one its work.
            Terminal.log("attach: \(error)")
        }
    }

    func closeTheDoor() { door.withLock { $0 = nil } }

    /// Throws `RepositoryError` when a token or a fingerprint can be none.
    func useAccess(token: String?, fingerprint: String?) throws {
        let new = try RepositoryAccess(token: token, fingerprint: fingerprint, caFile: nil)
        access.withLock { $0 = new }
    }

    func keepRestored(_ machine: TargetMachine?) { restored.withLock { $0 = machine } }

    private func loadKernel() throws(RecoveryError) -> ConsoleResult {
        guard let machine = restored.withLock({ $0 }) else {
            throw RecoveryError(.failed, "Nothing was restored here that could be started. Reboot instead.")
        }
        return .kernelLoaded(try Adaptation.loadKernel(on: machine))
    }

    func keep(_ plan: Prepared) { prepared.withLock { $0 = plan } }

    /// Capture asks `Interruption`, as the command line does.
    func markCaptureStopped(_ isStopped: Bool) { captureStopped.store(isStopped, ordering: .relaxed) }

    private func answer(_ request: ConsoleRequest, ticket: Int, _ cancellation: Cancellation) -> ConsoleResult {
        let task = RequestTask(worker: self, ticket: ticket, cancellation: cancellation)
        do {
            task.awaitStart(for: request)
            switch request {
            case .lookForOtherConsole: return try task.lookForOtherConsole()
            case .lookForInterrupted:
                return .interruptedFound(try task.lookForInterrupted())
            case .useAccess(let token, let fingerprint):
                try useAccess(token: token, fingerprint: fingerprint)
                return .done
            case .openRepository(let address): return try task.openRepository(address)
            case .loadTimeline(let address, let host): return try task.loadTimeline(address, host: host)
            case .findMoment(let address, let host, let time, let now):
                return try task.findMoment(address, host: host, time: time, now: now)
            case .listDisks(let selection): return try task.listDisks(selection)
            case .preparePlan(let selection): return try task.preparePlan(selection)
            case .restore(let selection, let typed): return try task.restore(selection, confirmations: typed)
            case .compare(let selection): return try task.compare(selection)
            case .loadKernel: return try loadKernel()
            case .listPlaces: return .placesListed(task.localFileSystems())
            case .listPlacesToSave: return .placesListed(task.localFileSystems(includingMedium: true))
            case .diskOverview: return .overview(task.diskOverview())
            case .save(let place, let host): return try task.save(to: place, host: host)
            case .testConnection(let address, let host): return try task.testConnection(address, host: host)
            case .clockStatus: return .clock(task.clockStatus())
            case .setClock(let setting): return try task.setClock(setting)
            case .setKeyboard(let name): return try task.setKeyboard(name)
            case .askServerTime(let address): return try task.askServerTime(address)
            case .mount(let place, let writable): return try task.mount(place, writable: writable)
            case .makeRepository(let directory): return try task.makeRepository(directory)
            case .listDisksToCapture(let directory):
                let present = task.presentDisks(repository: directory)
                return .disksToCapture(present, absence: present.isEmpty ? task.absence(present) : [])
            case .capture(let selection): return try task.capture(selection)
            case .networkStatus: return .network(task.networkStatus())
            case .setNetwork(let line): return .network(try task.setNetwork(line))
            case .remoteAccess(let change): return .remoteAccess(try RemoteAccessService(options).change(change))
            // The main thread does these: they need the terminal.
            case .shell, .attach: return .done
            }
        } catch let error as RecoveryError where error.code == .refused {
            return .refused(error.description)
        } catch {
            return .failed("\(error)")
        }
    }
}
