/// The bounds of a `ViewReader`.
package struct ViewReaderOptions: Sendable {
    /// Decompressed frames that are kept. A frame of a scan is 1 MiB, so that 64 of them are.
    package var cacheBytes: Int
    /// Extents that are kept; those of 16 MiB of a scanned disk take about 10 KiB.
    package var lookUpBytes: Int
    /// How far ahead of a stream of reads frames are fetched; 0 for never.
    package var readAheadBytes: Int
    /// Threads that fetch ahead.
    package var readAheadThreads: Int

    package init(
        cacheBytes: Int = 64 << 20, lookUpBytes: Int = 16 << 20, readAheadBytes: Int = 8 << 20,
        readAheadThreads: Int = 2
    ) {
        self.cacheBytes = cacheBytes
        self.lookUpBytes = lookUpBytes
        // What is fetched ahead must still be there when it is read, also with several streams.
        self.readAheadBytes = min(readAheadBytes, cacheBytes / 4)
        self.readAheadThreads = readAheadThreads
    }
}
