/// The last bytes of the first page of swap space, which say whether a suspended system lies in it.
///
/// The kernel (`struct swsusp_header` of kernel/power/swap.c, `mark_swapfiles`) and uswsusp write their own signature over
/// that of swap and keep the old one in the ten bytes before it. When the image is used up the kernel puts that one back;
/// the rest of the page, with UUID and label, stays as it was all the time.
package struct SwapSignature: Hashable, Sendable {
    package enum State: Hashable, Sendable {
        /// Swap space.
        case plain
        /// An image; with the signature to be put back, or nil where the header does not hold it.
        case suspended(original: [UInt8]?)
    }

    /// Of the signature in the swap space: it ends with the page, whose size that tells.
    package var offset: Int
    package var state: State

    private static let length = 10
    /// Of all machines that Linux runs on.
    private static let pageSizes = [4096, 8192, 16384, 32768, 65536]
    /// How much from the beginning of swap space is needed to tell.
    static let reach = 65536

    private static let plain = ["SWAPSPACE2", "SWAP-SPACE"].map { Array($0.utf8) }
    /// As libblkid knows them; the last is TuxOnIce's, which is no text.
    private static let suspended =
        ["S1SUSPEND", "S2SUSPEND", "ULSUSPEND", "LINHIB0001"].map { Array($0.utf8) }
        + [[0xed, 0xc3, 0x02, 0xe9, 0x98, 0x56, 0xe5, 0x0c]]

    /// From the first bytes of swap space; nil when there is no signature.
    package init?(_ start: [UInt8]) {
        for size in Self.pageSizes where start.count >= size {
            let offset = size - Self.length
            let signature = Array(start[offset..<size])
            let isSuspended = Self.suspended.contains { signature.starts(with: $0) }
            guard isSuspended || Self.plain.contains(signature) else { continue }
            let original = Array(start[offset - Self.length..<offset])
            self.offset = offset
            state = isSuspended ? .suspended(original: Self.plain.contains(original) ? original : nil) : .plain
            return
        }
        return nil
    }
}
