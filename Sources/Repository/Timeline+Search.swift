package import RepositoryFormat

extension Timeline {
    /// Seconds that "latest" gives up for a state that is safer than the newest.
    private static let safetyWindow: Int64 = 60 * 1_000_000_000

    /// The newest moment; a clean or frozen one is preferred to a newer crash-consistent one of the same minute.
    func latest() throws(RepositoryError) -> Moment {
        guard var position = history.newest else {
            throw RepositoryError(.noMoment, "Host \(host.name) has no moments yet. Nothing was written.")
        }
        while let gap = history.gaps.first(where: { $0.hides(position) }) { position = gap.from }
        let newest = try moment(at: position)
        let safe = history.marks.last { mark in
            mark.position <= position && (mark.kind == .cleanShutdown || mark.kind == .frozen)
                && mark.time >= newest.time - Self.safetyWindow && !history.isHidden(mark.position)
                && history.path(to: mark.position) != nil
        }
        guard newest.quality == .crashConsistent, let safe else { return newest }
        return try moment(at: safe.position)
    }

    /// What an operator should know who asked for `moment` as the latest; nil when there is nothing to say.
    package func advice(onLatest moment: Moment) throws(RepositoryError) -> String? {
        guard let newest = history.newest else { return nil }
        if let gap = history.gaps.first(where: { $0.hides(newest) }) {
            return "Newer writes of \(host.name) are known, but not a consistent state since "
                + "\(Timestamp.text(ofNanoseconds: gap.fromTime)) (\(gap.reason.text))."
        }
        guard newest != moment.position else {
            return moment.quality == .crashConsistent
                ? "The state is crash-consistent: file systems will replay their journals." : nil
        }
        let time = try self.moment(at: newest).time
        return
            "The state is \(moment.quality.text). Newer writes up to \(Timestamp.text(ofNanoseconds: time)) are left out; "
            + "give that time to have them (crash-consistent)."
    }

    /// The last position whose time is not after `limit`: the newest wins where a clock was set back.
    func position(notAfter limit: Int64) throws(RepositoryError) -> Position? {
        var best = moments.last { $0.time <= limit }?.position
        var inside: [Layer] = []
        for layer in history.layers {
            if layer.endTime <= limit {
                if best.map({ $0 < layer.last }) ?? true { best = layer.last }
            } else if layer.kind == .journal, layer.earliest <= limit {
                inside.append(layer)
            }
        }
        for layer in inside.sorted(by: { $0.last > $1.last }) {
            if let best, layer.last <= best { break }
            if let found = try lastRecord(of: layer, notAfter: limit), best.map({ $0 < found }) ?? true { best = found }
        }
        return best
    }

    private func lastRecord(of layer: Layer, notAfter limit: Int64) throws(RepositoryError) -> Position? {
        let reader = try LayerReader(layer, repository: repository, host: host.id, packs: PackTable())
        for number in reader.index.blocks.indices.reversed() where reader.index.blocks[number].earliest <= limit {
            let records = try reader.records(ofBlock: number)
            if let index = records.lastIndex(where: { $0.time <= limit }) {
                return reader.index.position(ofRecord: reader.index.blocks[number].range.lowerBound + UInt64(index))
            }
        }
        return nil
    }

    /// The time of a position that `path` leads to.
    func time(of position: Position, _ path: History.Path) throws(RepositoryError) -> Int64 {
        guard let layer = path.layers.last else { return path.base.time }
        guard path.endsInside else { return layer.endTime }
        let reader = try LayerReader(layer, repository: repository, host: host.id, packs: PackTable())
        let number = reader.index.records(upTo: position) - 1
        let block = reader.index.blocks.partitioningIndex { $0.range.upperBound > number }
        let records = try reader.records(ofBlock: block)
        return records[Int(number - reader.index.blocks[block].range.lowerBound)].time
    }
}

extension Gap.Reason {
    package var text: String {
        switch self {
        case .hostOff: "host off"
        case .agentOff: "agent off"
        case .degraded: "degraded"
        }
    }
}
