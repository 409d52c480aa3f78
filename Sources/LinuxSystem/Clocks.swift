internal import Glibc

/// The clocks of this machine, in nanoseconds.
package enum Clocks {
    /// UTC since 1970 (`CLOCK_REALTIME`); may step.
    package static var utcNanoseconds: Int64 { Int64(now(CLOCK_REALTIME)) }

    /// Since an arbitrary start in this boot (`CLOCK_MONOTONIC`); never steps back.
    package static var monotonicNanoseconds: UInt64 { now(CLOCK_MONOTONIC) }

    /// CPU time used by all threads of this process.
    package static var processNanoseconds: UInt64 { now(CLOCK_PROCESS_CPUTIME_ID) }

    /// Waits at least so long; a signal does not cut it short.
    package static func sleep(nanoseconds: UInt64) {
        var wanted = timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
        var left = timespec()
        while nanosleep(&wanted, &left) != 0, errno == EINTR { wanted = left }
    }

    private static func now(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        let result = clock_gettime(clock, &time)
        precondition(result == 0, "clock_gettime(\(clock)) failed with errno \(errno)")
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
