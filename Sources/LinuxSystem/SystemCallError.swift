internal import Glibc

/// A system call that failed: which one, on what, and why.
package struct SystemCallError: Error, Hashable, CustomStringConvertible, Sendable {
    /// Name of the call as in section 2 of the manual, "pread" for example.
    package var call: String
    /// `errno`.
    package var number: Int32
    /// The path or object the call was about.
    package var path: String

    package init(call: String, number: Int32, path: String) {
        self.call = call
        self.number = number
        self.path = path
    }

    /// The reason alone: "No space left on device".
    package var reason: String { String(cString: strerror(number)) }

    package var description: String { "\(call) \(path): \(reason)" }

    /// What callers decide on, so that they need no `import Glibc`.
    package var isNotFound: Bool { number == ENOENT }
    package var isExisting: Bool { number == EEXIST }
    package var isBusy: Bool { number == EBUSY }
    package var isDenied: Bool { number == EACCES || number == EPERM || number == EROFS }
    package var isOutOfSpace: Bool { number == ENOSPC || number == EDQUOT }
    package var isUnsupported: Bool { number == EOPNOTSUPP || number == EINVAL || number == ENOTTY || number == ENOSYS }
    package var isEndOfFile: Bool { number == ENODATA }
}
