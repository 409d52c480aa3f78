internal import Digests
internal import RepositoryFormat
internal import Synchronization

/// Pages of a map that were read last, for who asks for many small ranges: each walk begins at the root.
final class MapPageCache: Sendable {
    /// Extents and children in all of them: some 10 MB.
    private static let bound = 1 << 17

    private let state = Mutex(State())

    private struct State {
        var pages: [Digest: MapPage] = [:]
        /// Oldest first; what lies in front of `first` is gone.
        var order: [Digest] = []
        var first = 0
        var cost = 0
    }

    func page(_ digest: Digest) -> MapPage? { state.withLock { $0.pages[digest] } }

    func keep(_ page: MapPage, as digest: Digest) {
        state.withLock { state in
            guard state.pages.updateValue(page, forKey: digest) == nil else { return }
            state.order.append(digest)
            state.cost += Self.cost(of: page)
            while state.cost > Self.bound, state.first < state.order.count - 1 {
                if let old = state.pages.removeValue(forKey: state.order[state.first]) {
                    state.cost -= Self.cost(of: old)
                }
                state.first += 1
            }
            if state.first > 1_024, state.first > state.order.count / 2 {
                state.order.removeFirst(state.first)
                state.first = 0
            }
        }
    }

    private static func cost(of page: MapPage) -> Int {
        switch page {
        case .leaf(_, let packs, let extents): 1 + extents.count + packs.reduce(0) { $0 + 1 + $1.frames.count }
        case .interior(_, let children): 1 + children.count
        }
    }
}

extension View {
    /// The same moment, for who asks for the extents of many small ranges. Holds some 10 MB.
    package func keepingPages() -> View {
        var view = self
        var map = stack.map
        map.kept = MapPageCache()
        view.stack = LayerStack(map: map, layers: stack.layers, cache: stack.cache)
        return view
    }
}
