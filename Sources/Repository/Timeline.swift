package import Digests
package import RepositoryFormat

/// All that is known of one host over time, as one head says it.
package struct Timeline: Sendable {
    package let host: HostList.Host
    package let head: Head
    package let headDigest: Digest

    package init(host: HostList.Host, head: Head, headDigest: Digest) {
        self.host = host
        self.head = head
        self.headDigest = headDigest
    }

    /// Oldest first.
    package var moments: [Moment] { head.moments }

    /// The newest moment at or before the time asked for; `now` in nanoseconds since 1970, UTC, is what ages count from.
    ///
    /// Throws `noMoment` with the oldest there is.
    package func moment(at time: TimeExpression, now: Int64) throws(RepositoryError) -> Moment {
        guard let oldest = moments.first else {
            throw RepositoryError(.noMoment, "Host \(host.name) has no moments yet. Nothing was written.")
        }
        let limit = time.nanoseconds(now: now)
        guard let moment = moments.last(where: { limit == nil || $0.time <= limit ?? 0 }) else {
            throw RepositoryError(
                .noMoment,
                "Host \(host.name) has no moment at or before \(Timestamp.text(ofNanoseconds: limit ?? 0)): the oldest is "
                    + "\(Timestamp.text(ofNanoseconds: oldest.time)). Nothing was written. "
                    + "Choose one of \"lifeboat timeline \(host.name)\".")
        }
        return moment
    }
}
