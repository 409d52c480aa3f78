/// What went wrong with a disk. `code` answers what the caller should do; `message` is for the operator and
/// follows house-style rule 10 (what, which object, why, state, next step).
package struct BlockDeviceError: Error, CustomStringConvertible, Sendable {
    package struct Code: Hashable, Sendable {
        package let name: String
        package init(_ name: String) { self.name = name }

        /// No such path. Correct the name.
        package static let notFound = Code("not-found")
        /// Somebody else uses it (mounted, held by LVM or md, opened exclusively). Release it first.
        package static let inUse = Code("in-use")
        /// Not a regular file, block device or known image. Name another.
        package static let notADisk = Code("not-a-disk")
        /// The kernel reported an input/output error, or gave fewer bytes than it must.
        package static let inputOutput = Code("input-output")
        /// The request leaves the disk, or breaks its sector size.
        package static let outOfBounds = Code("out-of-bounds")
        /// The medium or the kernel does not offer this.
        package static let unsupported = Code("unsupported")
    }

    package var code: Code
    package var message: String
    package var cause: (any Error)?

    package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    package var description: String { cause.map { "\(message) (\($0))" } ?? message }
}
