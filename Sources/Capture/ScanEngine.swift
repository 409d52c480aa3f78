internal import BlockDevices
internal import Buffers
internal import LinuxSystem
internal import Repository
internal import RepositoryFormat
internal import Synchronization

/// Reads disks one after the other and stores what is new: one reading thread, as many workers as processors, and the
/// pack writer's thread, joined by bounded queues. Memory: a few read buffers, two frame buffers a worker, three packs.
struct ScanEngine {
    let writer: TimelineWriter
    let parameters: ChunkerParameters
    let level: Int32
    let workers: Int
    let counters: CaptureCounters

    /// Scans one disk. `observe` is called on the calling thread a few times a second.
    func scan(
        _ source: any BlockSource, number: Int, free: [Range<UInt64>], observe: () -> Void
    ) throws -> ScannedDisk {
        counters.disk.store(number, ordering: .relaxed)
        let geometry = source.geometry
        let collector = BatchCollector(
            ScannedDisk(
                number: UInt32(number), sizeInBytes: geometry.sizeInBytes,
                logicalSectorSize: UInt32(geometry.logicalSectorSize),
                physicalSectorSize: UInt32(geometry.physicalSectorSize)))
        // Two buffers a worker keep it busy while the reader fills the next; two more are with the reader.
        let bufferCount = workers * 2 + 2
        let buffers = BoundedQueue<AlignedBuffer>(capacity: bufferCount)
        for _ in 0..<bufferCount { buffers.push(AlignedBuffer(capacity: DiskReader.bufferCapacity(parameters))) }
        let batches = BoundedQueue<ScanBatch>(capacity: bufferCount)
        let reader = DiskReader(
            source: source, free: free, parameters: parameters, buffers: buffers, batches: batches, counters: counters)
        let running = Atomic<Int>(workers + 1)
        let readerThread = try WorkerThread<Void, CaptureError>("read") { () throws(CaptureError) in
            defer {
                batches.close()
                running.subtract(1, ordering: .releasing)
            }
            try reader.run()
        }
        var workerThreads: [WorkerThread<Void, RepositoryError>] = []
        for _ in 0..<workers {
            workerThreads.append(
                try WorkerThread<Void, RepositoryError>("compress") { () throws(RepositoryError) in
                    defer { running.subtract(1, ordering: .releasing) }
                    do throws(RepositoryError) {
                        try work(buffers, batches, collector)
                    } catch {
                        // The reader must not wait for buffers that nobody gives back.
                        batches.close(discarding: true)
                        buffers.close(discarding: true)
                        throw error
                    }
                })
        }
        while running.load(ordering: .acquiring) > 0 {
            Clocks.sleep(nanoseconds: 20_000_000)
            observe()
        }
        // A worker's failure is the reason when the reader found its queues closed: report it first.
        let results = workerThreads.map { thread in Result { () throws(RepositoryError) in try thread.join() } }
        for result in results { try result.get() }
        try readerThread.join()
        return collector.finish()
    }

    private func work(
        _ buffers: BoundedQueue<AlignedBuffer>, _ batches: BoundedQueue<ScanBatch>, _ collector: BatchCollector
    ) throws(RepositoryError) {
        var worker = BatchWorker(level: level, writer: writer, counters: counters)
        while var batch = batches.pop() {
            try worker.process(&batch)
            buffers.push(batch.buffer)
            collector.add(batch)
        }
        try worker.seal()
    }
}
