/// Why a moment could not be offered or written as a block device, with the exit status that it stands for.
struct ViewError: Error, CustomStringConvertible {
    let status: Int32
    let description: String

    init(_ status: Int32, _ message: String) {
        self.status = status
        description = message
    }
}
