internal import CLinuxShim
internal import Glibc

/// The clock that runs while the machine is switched off (rtc(4)), taken as UTC, to the second.
package enum HardwareClock {
    /// Nanoseconds since 1970; nil on a machine without one, and when it holds no time (an empty battery).
    package static func read(sys: String = "/sys") -> Int64? {
        Files.text(of: "\(sys)/class/rtc/rtc0/since_epoch").flatMap { Int64($0) }.map { $0 * 1_000_000_000 }
    }

    /// Throws where there is none, and where it refuses (`RTC_SET_TIME`).
    package static func set(nanoseconds: Int64) throws(SystemCallError) {
        let clock = try FileDescriptor("/dev/rtc0")
        _ = try kernel("RTC_SET_TIME", clock.path) { linux_rtc_set(clock.number, nanoseconds / 1_000_000_000) }
    }
}

extension Clocks {
    /// Sets the system's clock (`clock_settime(2)` of `CLOCK_REALTIME`), nanoseconds since 1970, UTC.
    package static func setUTC(nanoseconds: Int64) throws(SystemCallError) {
        var time = timespec(
            tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
        _ = try kernel("clock_settime", "the system's clock") { answer(clock_settime(CLOCK_REALTIME, &time)) }
    }
}
