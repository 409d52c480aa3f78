import LinuxSystem
import Repository
import RescueConsole

extension RequestTask {
    private static let layouts = "/usr/share/lifeboat/keymaps"
    private static let ending = ".bmap"

    func clockStatus() -> ClockStatus {
        // An image without layouts, and this program outside of it, have none to offer.
        let names = (try? Files.names(in: Self.layouts)) ?? []
        return ClockStatus(
            system: Clocks.utcNanoseconds, hardware: HardwareClock.read(),
            keyboard: Files.text(of: "\(options.stateDirectory)/keyboard"),
            layouts: names.filter { $0.hasSuffix(Self.ending) }.map { String($0.dropLast(Self.ending.utf8.count)) })
    }

    /// The hardware's clock as well: the next start shall find it.
    func setClock(_ setting: ClockSetting) throws -> ConsoleResult {
        let before = Clocks.utcNanoseconds
        let time =
            switch setting {
            case .time(let time): time
            case .forward(let distance): before + distance
            }
        try Clocks.setUTC(nanoseconds: time)
        Terminal.log("clock: set from \(Timestamp.text(ofNanoseconds: before))")
        do { try HardwareClock.set(nanoseconds: time) } catch {
            worker.post(
                .trouble(
                    "The hardware clock was not set: \(error). The time is lost when the machine is switched off."),
                ticket: ticket)
        }
        return .clock(clockStatus())
    }

    /// For the screen: layouts belong to the kernel's consoles.
    func setKeyboard(_ name: String) throws -> ConsoleResult {
        let keymap = try Files.contents(of: "\(Self.layouts)/\(name)\(Self.ending)")
        let done = try ChildProcess.run(["loadkmap"], input: keymap)
        guard done.status.isSuccess else {
            return .failed("The layout \(name) cannot be loaded: \(done.errorText). The keyboard is as it was.")
        }
        try Files.write(Array("\(name)\n".utf8), to: "\(options.stateDirectory)/keyboard")
        return .clock(clockStatus())
    }

    func askServerTime(_ address: String) throws -> ConsoleResult {
        let time = try ServerTime.ask(
            address, proxy: worker.currentAccess.proxy, shouldStop: { [cancellation] in cancellation.isRequested })
        return .serverTime(time, ahead: time - Clocks.utcNanoseconds)
    }
}
