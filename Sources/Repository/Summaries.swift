package import RepositoryFormat

/// A host as lists show it; times ISO 8601 UTC, sizes in bytes.
package struct HostSummary: Codable, Sendable {
    package var id: String
    package var name: String
    package var moments: Int
    package var oldest: String?
    /// The newest state that can be opened: that of the last write, or of the last scan.
    package var newest: String?
    /// Sum of the newest moment's disks.
    package var diskBytes: UInt64
    /// The newest moment that a drill was made of.
    package var drill: DrillSummary?
}

/// A moment as lists show it.
package struct MomentSummary: Codable, Sendable {
    package var time: String
    package var position: String
    package var quality: String
    package var label: String
    package var diskBytes: UInt64
    package var dataBytes: UInt64
    package var newBytes: UInt64
    package var storedBytes: UInt64
    /// What the scan took, in seconds.
    package var seconds: Double
    /// How its newest drill ended; nil when none was made.
    package var drill: DrillSummary?

    package init(_ moment: Moment, drill: DrillVerdict? = nil) {
        time = Timestamp.text(ofNanoseconds: moment.time)
        position = moment.position.description
        quality = moment.quality.text
        label = moment.label
        diskBytes = moment.diskBytes
        dataBytes = moment.dataBytes
        newBytes = moment.newPlainBytes
        storedBytes = moment.newStoredBytes
        seconds = Double(moment.time - moment.scanStarted) / 1e9
        self.drill = drill.map { DrillSummary($0, of: moment.time) }
    }
}

extension Moment.Quality {
    package var text: String {
        switch self {
        case .cold: "cold"
        case .crashConsistent: "crash-consistent"
        case .frozen: "frozen"
        case .cleanShutdown: "clean shutdown"
        }
    }
}

extension HostSummary {
    package init(_ timeline: Timeline) {
        let range = timeline.range
        self.init(
            id: timeline.host.id.text, name: timeline.host.name, moments: timeline.moments.count,
            oldest: range.map { Timestamp.text(ofNanoseconds: $0.oldest) },
            newest: range.map { Timestamp.text(ofNanoseconds: $0.newest) },
            diskBytes: timeline.moments.last?.diskBytes ?? 0, drill: timeline.history.newestDrill)
    }
}

extension Repository {
    /// All hosts by name, each with what its newest head says.
    package func hostSummaries() throws(RepositoryError) -> [HostSummary] {
        var summaries: [HostSummary] = []
        for host in try hosts() { summaries.append(HostSummary(try timeline(of: host))) }
        return summaries
    }
}
