/// How a scan cuts chunks (format.md, section 6). Bytes; multiples of the grid.
package struct ChunkerParameters: Hashable, Codable, Sendable {
    package var grid: Int
    package var minimum: Int
    package var average: Int
    package var maximum: Int

    package init(grid: Int = 4_096, minimum: Int = 16 << 10, average: Int = 64 << 10, maximum: Int = 256 << 10) {
        self.grid = grid
        self.minimum = minimum
        self.average = average
        self.maximum = maximum
    }

    /// What a block's hash is divided by: a remainder of 0 ends the chunk.
    package var divisor: UInt64 { UInt64(max(1, (average - minimum) / grid)) }

    /// Throws `damaged` when the values contradict each other or the limits.
    package func validate() throws(FormatError) {
        let sound =
            grid == 4_096 && minimum >= grid && minimum <= average && average <= maximum && maximum <= Limits.chunk
            && minimum % grid == 0 && average % grid == 0 && maximum % grid == 0
        guard sound else {
            throw FormatError(.damaged, "lifeboat.json is damaged: its chunker parameters contradict each other.")
        }
    }
}
