internal import CLinuxShim

/// Owner of one loop device (loop(4)) over a run of a disk or an image. A class, because several are held in one list;
/// detached with its owner.
package final class LoopDevice: Sendable {
    /// "/dev/loop5".
    package let path: String
    private let number: Int64

    /// Attaches `length` bytes of the file or device `file` from `offset`. Needs root. `EBUSY` when none is free.
    package init(_ file: String, offset: UInt64, length: UInt64, isReadOnly: Bool) throws(SystemCallError) {
        let backing = try FileDescriptor(file, isReadOnly ? [] : [.write])
        number = try kernel("LOOP_CONFIGURE", file) {
            linux_loop_attach(backing.number, offset, length, isReadOnly ? 1 : 0, file)
        }
        path = "/dev/loop\(number)"
    }

    /// Whether nobody else has it mounted or claimed; looks again for so many seconds.
    package func isUnused(within seconds: UInt64) -> Bool { Self.isUnused(path, within: seconds) }

    /// The same of any block device.
    package static func isUnused(_ path: String, within seconds: UInt64) -> Bool {
        let deadline = Clocks.monotonicNanoseconds + seconds * 1_000_000_000
        while true {
            // The only question is whether it can be claimed.
            let claim = try? FileDescriptor(path, [.exclusive])
            if claim != nil { return true }
            guard Clocks.monotonicNanoseconds < deadline else { return false }
            Clocks.sleep(nanoseconds: 50_000_000)
        }
    }

    deinit {
        // A device that stays attached is listed by losetup, and there is nobody to tell.
        _ = linux_loop_detach(number)
    }
}
