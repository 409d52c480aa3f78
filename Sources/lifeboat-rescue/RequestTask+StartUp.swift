import LinuxSystem
import RescueConsole

extension RequestTask {
    /// The boot phases end by themselves before this; it counts where their own end is not told.
    private static let longestWait: UInt64 = 90_000_000_000

    /// Waits for what of the machine's start the request cannot do without: a list of disks that is read too early lacks some, and an
    /// address is not reached before the network is up.
    func awaitStart(for request: ConsoleRequest) {
        let deadline = Clocks.monotonicNanoseconds + Self.longestWait
        var isSaid = false
        while !cancellation.isRequested, Clocks.monotonicNanoseconds < deadline {
            let startUp = StartUp(Files.text(of: options.startingFile))
            guard let what = request.awaits(startUp) else { return }
            if !isSaid, request != .lookForInterrupted { worker.post(.waiting(what), ticket: ticket) }
            isSaid = true
            Clocks.sleep(nanoseconds: 100_000_000)
        }
    }
}
