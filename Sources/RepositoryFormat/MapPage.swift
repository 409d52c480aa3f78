package import Digests

/// The frames of one pack that a page's extents use: readable without keys, what garbage collection walks.
package struct PackReference: Hashable, Sendable {
    package var pack: Digest
    /// Ascending, not touching.
    package var frames: [Range<UInt32>]

    package init(pack: Digest, frames: [Range<UInt32>]) {
        self.pack = pack
        self.frames = frames
    }
}

/// A page of a map tree (format.md, section 8.2).
package enum MapPage: Hashable, Sendable {
    /// Extents relative to the node's start; `Place.pack` is a number in `packs`.
    case leaf(level: Int, packs: [PackReference], extents: [Extent])
    case interior(level: Int, children: [NodeReference])
}
