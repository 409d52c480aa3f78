package import LinuxSystem
package import RepositoryFormat
internal import Synchronization

extension ViewReader {
    /// Starts the threads that fetch ahead; without them nothing is fetched before it is asked for.
    package func startReadAhead() throws(SystemCallError) {
        let started = try ViewReaderPrefetcher(threads: options.readAheadThreads) { [weak self] job in
            // Who reads the same bytes gets the same error, and says it.
            try? self?.walk(job.disk, job.range) { _ in }
        }
        prefetcher.withLock { $0 = started }
    }

    /// Ends them, after what they are fetching.
    package func stopReadAhead() {
        let running = prefetcher.withLock { prefetcher in
            defer { prefetcher = nil }
            return prefetcher
        }
        running?.stop(waiting: true)
    }

    /// Fetches a range in the background, as far as the cache allows; returns at once.
    package func prefetch(_ disk: DiskRecord, _ range: Range<UInt64>) {
        guard let prefetcher = prefetcher.withLock({ $0 }) else { return }
        let end = min(range.upperBound, disk.sizeInBytes, range.lowerBound + UInt64(options.cacheBytes / 2))
        var position = range.lowerBound
        while position < end {
            let next = min(end, (position / ViewReaderStreams.step + 1) * ViewReaderStreams.step)
            prefetcher.offer(ViewReaderPrefetcher.Job(disk: disk, range: position..<next))
            position = next
        }
    }

    func readAhead(_ disk: DiskRecord, _ range: Range<UInt64>) {
        let wanted = streams.withLock { $0.note(disk.number, range, diskSize: disk.sizeInBytes) }
        if let wanted { prefetch(disk, wanted) }
    }
}
