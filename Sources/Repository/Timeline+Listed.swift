package import RepositoryFormat

extension Timeline {
    /// The oldest time that can be asked for, and that of the newest state, in nanoseconds since 1970, UTC; nil for a host
    /// without moments. Where the clock was set back, the newest state is not the one with the latest time.
    package var range: (oldest: Int64, newest: Int64)? {
        guard let oldest = (moments.map(\.time) + history.layers.map(\.earliest)).min(), var newest = history.newest
        else { return nil }
        while let gap = history.gaps.first(where: { $0.hides(newest) }) { newest = gap.from }
        guard let path = history.path(to: newest) else { return nil }
        // The newest state is the end of a layer: its time is listed.
        return (oldest, path.layers.last?.endTime ?? path.base.time)
    }

    /// All states that a list offers, oldest first: moments with a map, marked positions, and what "latest" means. What is
    /// newer than that is left out. Reads no journal but, at most, the newest one.
    package func listed() throws(RepositoryError) -> [Moment] {
        guard !moments.isEmpty else { return [] }
        let latest = try moment(at: .latest, now: 0)
        var listed: [Position: Moment] = [latest.position: latest]
        for moment in moments where moment.position <= latest.position && !history.isHidden(moment.position) {
            listed[moment.position] = try self.moment(at: moment.position, time: moment.time)
        }
        for mark in history.marks where mark.position < latest.position && listed[mark.position] == nil {
            // Retention may have thinned the history where somebody marked it.
            guard !history.isHidden(mark.position), history.path(to: mark.position) != nil else { continue }
            listed[mark.position] = try moment(at: mark.position, time: mark.time)
        }
        return listed.values.sorted { $0.position < $1.position }
    }
}
