package import LinuxSystem

extension BlockDeviceError {
    /// The error of a system call, with a code from its errno. `action` begins the sentence: "Cannot read 512 bytes at
    /// 0 of /dev/sda"; `hint` ends it with the state things are in and what to do.
    package init(_ action: String, _ cause: SystemCallError, hint: String = "") {
        let code: Code =
            if cause.isNotFound {
                .notFound
            } else if cause.isBusy {
                .inUse
            } else if cause.isUnsupported {
                .unsupported
            } else {
                .inputOutput
            }
        self.init(code, "\(action): \(cause.reason) (\(cause.call)).\(hint.isEmpty ? "" : " \(hint)")")
    }
}

/// Runs `body` and says of an error which action it spoiled.
func doing<Value: ~Copyable>(
    _ action: @autoclosure () -> String, hint: String = "", _ body: () throws(SystemCallError) -> Value
) throws(BlockDeviceError) -> Value {
    do {
        return try body()
    } catch {
        throw BlockDeviceError(action(), error, hint: hint)
    }
}
