/// A range of a disk image as a block device, without a partition scanner or device mapper. Needs root.
package final class LoopDevice {
    package let path: String

    package init(_ image: String, range: Range<Int>, writable: Bool = false) throws {
        let words = ["losetup", "--find", "--show", "--offset", "\(range.lowerBound)", "--sizelimit", "\(range.count)"]
        let device = try Command(words + (writable ? [] : ["--read-only"]) + [image]).run()
        path = device.trimmingNewline
    }

    deinit {
        // A device that cannot be detached shows up in the next test that needs one.
        _ = try? Command("losetup", "--detach", path).run()
    }
}

extension String {
    /// Without white space at both ends.
    package var trimmingNewline: String {
        String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}
