/// How far a restore is. Sizes in bytes. `done` of `total` belong to the phase; feed them to a `RateEstimator` and start
/// a new one when the phase changes.
package struct RestoreProgress: Sendable {
    package struct Disk: Sendable {
        package var source: UInt32
        package var target: String
        package var dataBytes: UInt64
        package var zeroBytes: UInt64
        package var written: UInt64
        package var alreadyRight: UInt64
        package var zeroed: UInt64
        package var verified: UInt64
    }

    package var phase: RestorePhase
    package var done: UInt64
    package var total: UInt64
    package var disks: [Disk]
    /// Read from the repository.
    package var fetched: UInt64
    package var elapsedNanoseconds: UInt64

    package var written: UInt64 { disks.reduce(0) { $0 + $1.written } }
    package var alreadyRight: UInt64 { disks.reduce(0) { $0 + $1.alreadyRight } }
    package var zeroed: UInt64 { disks.reduce(0) { $0 + $1.zeroed } }
    package var verified: UInt64 { disks.reduce(0) { $0 + $1.verified } }
}
