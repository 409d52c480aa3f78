internal import LinuxSystem

extension RestoreRequest {
    /// SIGINT, SIGTERM, or the menu's "cancel".
    package static let signalled: @Sendable () -> Bool = { Interruption.isRequested }
}
