internal import RepositoryFormat

extension PruneReport.Host {
    /// Says which stretches become coarser.
    mutating func describe(
        _ plan: RetentionPlan, _ policy: RetentionPolicy, before: HistoryEntries, after: HistoryEntries, now: Int64
    ) {
        let kept = Set(plan.kept.map(\.position))
        let layers = Set(after.layers.map(\.index.digest))
        droppedMoments = plan.candidates.count - kept.count
        keptMoments = kept.count
        droppedSegments = before.layers.count { !layers.contains($0.index.digest) }
        untouchedFrom = plan.candidates.isEmpty ? nil : plan.end(in: before).map { Timestamp.text(ofNanoseconds: $0) }
        var stretches: [String: PruneReport.Stretch] = [:]
        var order: [String] = []
        func stretch(at time: Int64) -> String {
            let rule = policy.rule(forAge: now - time)
            if stretches[rule] == nil {
                let text = Timestamp.text(ofNanoseconds: time)
                stretches[rule] = PruneReport.Stretch(
                    from: text, to: text, keeps: rule, droppedMoments: 0, keptMoments: 0, droppedSegments: 0)
                order.append(rule)
            }
            return rule
        }
        for candidate in plan.candidates {
            let rule = stretch(at: candidate.time)
            stretches[rule]?.to = Timestamp.text(ofNanoseconds: candidate.time)
            if kept.contains(candidate.position) {
                stretches[rule]?.keptMoments += 1
            } else {
                stretches[rule]?.droppedMoments += 1
            }
        }
        for layer in before.layers where !layers.contains(layer.index.digest) {
            stretches[stretch(at: layer.endTime)]?.droppedSegments += 1
        }
        self.stretches = order.compactMap { stretches[$0] }.filter { $0.droppedMoments + $0.droppedSegments > 0 }
    }
}

extension RetentionPolicy {
    /// What stays of a time so long ago, in words.
    fileprivate func rule(forAge age: Int64) -> String {
        for period in Period.allCases {
            guard let span = periods[period], age < span.nanoseconds ?? .max else { continue }
            return "one state \(period == .hour ? "an" : "a") \(period)"
        }
        return keepsMarked ? "marked moments" : "nothing"
    }
}

extension RetentionPlan {
    /// The time of the first position that stays as it is, as far as candidates tell.
    fileprivate func end(in before: HistoryEntries) -> Int64? {
        before.layers.filter { $0.last == start }.map(\.endTime).max() ?? candidates.last?.time
    }
}
