internal import Repository

/// The clocks and the keyboard of this machine, as they were looked at.
package struct ClockStatus: Hashable, Sendable {
    /// Of the system, nanoseconds since 1970, UTC.
    package var system: Int64
    /// Of the clock that runs while the machine is off; nil where there is none or it holds no time.
    package var hardware: Int64?
    /// The layout that was loaded last; nil: the kernel's own, which is American.
    package var keyboard: String?
    /// Names of all that could be loaded.
    package var layouts: [String]

    package init(system: Int64, hardware: Int64?, keyboard: String? = nil, layouts: [String] = []) {
        self.system = system
        self.hardware = hardware
        self.keyboard = keyboard
        self.layouts = layouts
    }

    /// "2 s behind", "37 days ahead".
    static func difference(_ nanoseconds: Int64) -> String {
        let seconds = abs(nanoseconds / 1_000_000_000)
        if seconds == 0 { return "the same" }
        let amount =
            switch seconds {
            case ..<120: "\(seconds) s"
            case ..<7_200: "\(seconds / 60) min"
            case ..<172_800: "\(seconds / 3_600) h"
            default: "\(seconds / 86_400) days"
            }
        return "\(amount) \(nanoseconds < 0 ? "behind" : "ahead")"
    }

    /// What to say where a clock cannot be right: it is before the day on which the image was made.
    static func warning(_ time: Int64, built: Int64?, zone: UTCOffset) -> String? {
        guard let built, time < built else { return nil }
        return "THE CLOCK IS WRONG: it says \(zone.text(ofNanoseconds: time)), and this image was made on "
            + "\(zone.text(ofNanoseconds: built).prefix(10)). Secure connections (https) fail until it is set: "
            + "Tools, Keyboard and clock."
    }
}
