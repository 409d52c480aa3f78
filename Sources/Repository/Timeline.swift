package import Digests
package import RepositoryFormat

/// All that is known of one host over time, as one head says it.
package struct Timeline: Sendable {
    package let repository: Repository
    package let host: HostList.Host
    package let head: Head
    package let headDigest: Digest
    package let history: History
    /// As the head and its manifests list it.
    package var entries: HistoryEntries {
        HistoryEntries(moments: history.moments, layers: history.layers, gaps: history.gaps, marks: history.marks)
    }

    package init(
        repository: Repository, host: HostList.Host, head: Head, headDigest: Digest, entries: HistoryEntries
    ) {
        self.repository = repository
        self.host = host
        self.head = head
        self.headDigest = headDigest
        history = History(entries)
    }

    /// Moments with a map of their own, oldest first: ends of scans and checkpoints.
    package var moments: [Moment] { history.moments }

    /// The moment at a time: the newest known state whose time is not later. `now` in nanoseconds since 1970, UTC, is what
    /// ages count from.
    ///
    /// Throws `noMoment` when nothing is that old, or when the time lies where nobody watched the disks; the message names
    /// the nearest moments.
    package func moment(at time: TimeExpression, now: Int64) throws(RepositoryError) -> Moment {
        guard let oldest = moments.first else {
            throw RepositoryError(.noMoment, "Host \(host.name) has no moments yet. Nothing was written.")
        }
        if case .position(let position) = time { return try moment(at: position) }
        guard let limit = time.nanoseconds(now: now) else { return try latest() }
        if let gap = history.gaps.last(where: { $0.isUnknown && $0.fromTime < limit && limit < $0.toTime ?? .max }) {
            throw hidden(gap, at: Timestamp.text(ofNanoseconds: limit))
        }
        guard let found = try position(notAfter: limit) else {
            throw RepositoryError(
                .noMoment,
                "Host \(host.name) has no moment at or before \(Timestamp.text(ofNanoseconds: limit)): the oldest is "
                    + "\(Timestamp.text(ofNanoseconds: oldest.time)). Nothing was written. "
                    + "Choose one of \"lifeboat timeline \(host.name)\".")
        }
        return try moment(at: found)
    }

    /// The moment at a position. Throws `noMoment` when the history does not lead there. `known` spares reading a journal for
    /// its time.
    package func moment(at position: Position, time known: Int64? = nil) throws(RepositoryError) -> Moment {
        if let gap = history.gaps.first(where: { $0.hides(position) }) { throw hidden(gap, at: "\(position)") }
        guard let path = history.path(to: position) else {
            throw unreachable(position)
        }
        let time: Int64
        if let known { time = known } else { time = try self.time(of: position, path) }
        var moment = path.base
        if path.base.position != position {
            moment.position = position
            moment.time = time
            moment.kind = .write
            moment.quality = .crashConsistent
            moment.label = ""
        }
        // How a drill ended is no name of the moment.
        for mark in history.marks where mark.position == position && mark.kind != .drill {
            switch mark.kind {
            case .cleanShutdown: moment.quality = .cleanShutdown
            case .frozen: moment.quality = moment.quality == .cleanShutdown ? .cleanShutdown : .frozen
            case .endOfScan, .label, .drill: break
            }
            if !mark.label.isEmpty { moment.label = mark.label }
        }
        return moment
    }

    /// The error for a position that nothing leads to, with the nearest ones that can be opened.
    func unreachable(_ position: Position) -> RepositoryError {
        let all = RetentionPlan.candidates(of: history)
        let next = all.partitioningIndex { $0.position >= position }
        let near = [next > 0 ? all[next - 1] : nil, next < all.count ? all[next] : nil].compactMap { $0 }
        let places = near.map { "\(Timestamp.text(ofNanoseconds: $0.time)) (@\($0.position))" }
        return RepositoryError(
            .noMoment,
            "The history of \(host.name) does not lead to the position \(position): it was thinned out, or never was. "
                + (places.isEmpty ? "" : "The nearest that can be opened: \(places.joined(separator: " and ")). ")
                + "Nothing was written. Choose a time of \"lifeboat timeline \(host.name)\".")
    }

    private func hidden(_ gap: Gap, at place: String) -> RepositoryError {
        let why =
            gap.reason == .degraded
            ? "writes of \(host.name) could not be kept one by one" : "nobody watched \(host.name)"
        let after = gap.toTime.map { ", the first after it \(Timestamp.text(ofNanoseconds: $0))" } ?? ""
        return RepositoryError(
            .noMoment,
            "What the disks held at \(place) is not known: \(why) then. The last moment before is "
                + "\(Timestamp.text(ofNanoseconds: gap.fromTime))\(after). Nothing was written.")
    }
}
