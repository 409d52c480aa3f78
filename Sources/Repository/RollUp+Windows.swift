extension RollUp {
    /// When what is old enough is rolled up. Spans in nanoseconds of the records' time; tests take shorter ones.
    package struct Windows: Sendable {
        /// Segments are joined when the next one lies in another window, or when so many wait.
        package var journal: Int64 = 300 * 1_000_000_000
        package var segmentsInJournal = 64
        package var recordsInJournal: UInt64 = 262_144
        /// Deltas become one when the next one lies in another window, or when so many wait.
        package var delta: Int64 = 3_600 * 1_000_000_000
        package var deltasInDelta = 64
        /// A map is made at the end of a window, of so many deltas, or when they hold half as much as the map below them
        /// and more than so many extents.
        package var map: Int64 = 86_400 * 1_000_000_000
        package var deltasInMap = 24
        package var extentsInMap: UInt64 = 65_536

        package init() {}
    }
}
