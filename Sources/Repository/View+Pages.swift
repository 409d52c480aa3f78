internal import Digests
internal import RepositoryFormat

extension View {
    /// Extents and children in all pages that are kept: some 10 MB.
    private static let keptPages = 1 << 17

    /// The same moment, for who asks for the extents of many small ranges: each walk begins at the root.
    package func keepingPages() -> View {
        var view = self
        var map = stack.map
        map.kept = ChunkCache(bound: Self.keptPages)
        view.stack = LayerStack(map: map, layers: stack.layers, cache: stack.cache)
        return view
    }
}

extension MapPage {
    /// What it counts where pages are kept.
    var cost: Int {
        switch self {
        case .leaf(_, let packs, let extents): 1 + extents.count + packs.reduce(0) { $0 + 1 + $1.frames.count }
        case .interior(_, let children): 1 + children.count
        }
    }
}
