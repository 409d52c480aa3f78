package import RepositoryFormat

extension History {
    /// The newest verdict on each moment that a drill was made of.
    package var drills: [Position: DrillVerdict] {
        var newest: [Position: DrillVerdict] = [:]
        for mark in marks where mark.kind == .drill {
            guard let verdict = DrillVerdict(label: mark.label) else { continue }
            if let known = newest[mark.position], known.time > verdict.time { continue }
            newest[mark.position] = verdict
        }
        return newest
    }

    /// Of the newest moment that has one.
    package var newestDrill: DrillSummary? {
        let drills = drills
        let tried = marks.last { $0.kind == .drill && drills[$0.position] != nil }
        return tried.flatMap { mark in drills[mark.position].map { DrillSummary($0, of: mark.time) } }
    }
}
