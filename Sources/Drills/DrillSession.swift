internal import LinuxSystem

/// Watches a machine from power-on to its login and through its checks.
struct DrillSession: ~Copyable {
    enum Ending {
        /// "serial port" or "screen".
        case login(String)
        case failed(String)
    }

    /// Reading one takes a processor for a second.
    private static let screenInterval: UInt64 = 10_000_000_000
    /// Between two looks at what the machine says.
    private static let pause: UInt64 = 50_000_000
    /// For the checks, after the login.
    private static let checkPatience: UInt64 = 600_000_000_000

    private let request: Drill.Request
    private let started = Clocks.monotonicNanoseconds
    private var watch: DrillWatch
    private var screen: ScreenReader
    private var lastLook: UInt64 = 0
    /// How often it wanted a passphrase.
    private var asked = 0
    /// From power-on to the ending.
    private(set) var seconds = 0

    init(_ request: Drill.Request, directory: String) {
        self.request = request
        watch = DrillWatch(expected: request.expected)
        screen = ScreenReader(directory: directory)
    }

    /// nil when the accelerator gave up: the machine never ran.
    mutating func waitForLogin(_ machine: inout EmulatedMachine) throws -> Ending? {
        while true {
            let now = Clocks.monotonicNanoseconds
            seconds = Int((now - started) / 1_000_000_000)
            guard !Interruption.isRequested else {
                throw DrillError(.interrupted, "The drill was interrupted. Nothing is left of it but its log.")
            }
            guard let text = try machine.read() else { return .failed("the machine has ended") }
            if let ending = try judge(watch.take(text), "serial port", machine) { return ending }
            if now - lastLook >= Self.screenInterval {
                lastLook = now
                // What KVM cannot do on this processor ends so, mostly before the first instruction of the firmware.
                if try machine.status() == "internal-error" { return nil }
                if let lines = try screen.text(of: &machine),
                    let ending = try judge(watch.look(at: lines), "screen", machine)
                {
                    return ending
                }
            }
            guard seconds < request.secondsOfPatience else {
                let blind = screen.canRead ? "" : " (the screen was not read: Debian package tesseract-ocr)"
                return .failed("no \"\(request.expected)\" within \(request.secondsOfPatience) s\(blind)")
            }
            if text.isEmpty { Clocks.sleep(nanoseconds: Self.pause) }
        }
    }

    private mutating func judge(
        _ finding: DrillWatch.Finding?, _ place: String, _ machine: borrowing EmulatedMachine
    ) throws -> Ending? {
        switch finding {
        case nil: return nil
        case .login: return .login(place)
        case .failure(let sign): return .failed("the \(place) said \"\(sign)\"")
        case .passphraseWanted:
            let known = request.passphrases
            guard !known.isEmpty else {
                return .failed("it waits for the passphrase of its disk: give --passphrase-file")
            }
            // Each may be asked for several containers.
            guard asked < 8 * known.count else { return .failed("it did not take the passphrase of its disk") }
            try machine.type(line: known[asked % known.count])
            asked += 1
            return nil
        }
    }

    mutating func waitForChecks(_ machine: inout EmulatedMachine) throws -> [DrillReport.Check] {
        let step = DrillChecksStep(commands: request.checks)
        let began = Clocks.monotonicNanoseconds
        while !machine.secondSerial.contains(DrillChecksStep.end) {
            guard !Interruption.isRequested, Clocks.monotonicNanoseconds - began < Self.checkPatience,
                try machine.read() != nil
            else { break }
            Clocks.sleep(nanoseconds: 4 * Self.pause)
        }
        return step.results(in: machine.secondSerial)
    }
}
