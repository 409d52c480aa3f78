import Foundation

/// The kernel that `scripts/bootstrap test` keeps for libguestfs where /boot has none.
enum GuestKernel {
    static let folder = (ProcessInfo.processInfo.environment["LIFEBOAT_CACHE"] ?? "/var/cache/lifeboat") + "/guestfs"
}
