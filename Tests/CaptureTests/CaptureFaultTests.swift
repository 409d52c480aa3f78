import BlockDevices
import Capture
import Repository
import RepositoryFormat
import Synchronization
import Testing

/// Disks that fail, and what a capture says on its way.
@Suite struct CaptureFaultTests {
    @Test(
        "a read error becomes no moment, names the byte, and leaves what was there",
        arguments: [0, 1, 2, 3] as [UInt64])
    func readError(megabytes: UInt64) throws {
        let disk = Content.random(9 << 20, seed: 1)
        let repository = try TestRepository()
        try repository.capture([MemorySource(Content.random(1 << 20, seed: 2))])
        let bad = megabytes * 3 << 20
        let source = MemorySource(disk) { offset, count in
            // Not the first MiB alone, which is looked at before.
            guard count > 1 << 20, offset <= bad, bad < offset + UInt64(count) || bad >= UInt64(disk.count) else {
                return nil
            }
            return BlockDeviceError(.inputOutput, "Cannot read: medium error.")
        }
        for host in ["host", "new"] {
            let error = #expect(throws: CaptureError.self) { try repository.capture([source], host: host) }
            #expect(error?.code == .unreadable, "\(String(describing: error))")
            #expect(error?.message.contains("memory cannot be read at byte") == true)
            #expect(error?.message.contains("No moment was added") == true)
        }
        #expect(try repository.repository.hosts().map(\.name) == ["host"])
        #expect(try repository.repository.timeline(of: "host").moments.count == 1)
        #expect(try repository.repository.verify(deep: true).ok)
        #expect(try repository.capture([MemorySource(disk)]).head == 2)
    }

    @Test("one of several disks that fails takes the whole moment with it")
    func secondDisk() throws {
        let good = MemorySource(Content.random(5 << 20, seed: 3), name: "good")
        let bad = MemorySource(Content.random(5 << 20, seed: 4), name: "bad") { offset, count in
            count > 1 << 20 ? BlockDeviceError(.inputOutput, "Cannot read: medium error.") : nil
        }
        let repository = try TestRepository()
        let error = #expect(throws: CaptureError.self) { try repository.capture([good, bad]) }
        #expect(error?.message.contains("bad") == true)
        #expect(try repository.repository.hosts().isEmpty)
    }

    @Test("a disk that cannot be looked at is refused before anything is stored")
    func unreadable() throws {
        let source = MemorySource(Content.random(1 << 20, seed: 3)) { _, _ in
            BlockDeviceError(.inputOutput, "Cannot read: medium error.")
        }
        let repository = try TestRepository()
        let error = #expect(throws: CaptureError.self) { try repository.capture([source]) }
        #expect(error?.code == .unreadable && error?.message.contains("Nothing was stored") == true)
        #expect(try repository.store.list("packs/") == [])
    }

    @Test("the same disk twice is refused by its name")
    func twice() throws {
        let source = MemorySource(Content.random(4096, seed: 3))
        let repository = try TestRepository()
        let error = #expect(throws: CaptureError.self) { try repository.capture([source, source]) }
        #expect(error?.code == .refused)
    }

    @Test("progress never goes back and ends at what the report says")
    func progress() throws {
        let first = Content.mixed((7 << 20) + 512, seed: 5)
        let second = Content.mixed(3 << 20, seed: 6)
        let repository = try TestRepository()
        var samples: [CaptureProgress] = []
        let report = try repository.capture([MemorySource(first), MemorySource(second, name: "second")]) {
            samples.append($0)
        }
        for (earlier, later) in zip(samples, samples.dropFirst()) {
            #expect(earlier.coveredBytes <= later.coveredBytes && earlier.disk <= later.disk)
            #expect(earlier.storedBytes <= later.storedBytes && earlier.readBytes <= later.readBytes)
        }
        let last = try #require(samples.last)
        #expect(last.coveredBytes == report.diskBytes && last.totalBytes == report.diskBytes)
        #expect(last.dataBytes == report.dataBytes && last.newBytes == report.newBytes)
        #expect(last.disks == 2 && last.disk == 1)
        #expect(report.diskBytes == UInt64(first.count + second.count))
        #expect(report.dataBytes == UInt64(PlainModel(first).dataBytes + PlainModel(second).dataBytes))
        #expect(last.readBytes >= report.dataBytes && last.storedBytes <= report.storedBytes)
    }

    @Test("several disks keep their numbers, sizes and sectors")
    func disks() throws {
        let repository = try TestRepository()
        let disks = [
            Content.random(4096 * 3, seed: 1), Content.random(4096 * 5, seed: 2), Content.random(4096, seed: 3),
        ]
        let sources = disks.enumerated().map { number, bytes in
            MemorySource(bytes, name: "disk\(number)", sectorSize: number == 1 ? 4096 : 512)
        }
        try repository.capture(sources)
        let timeline = try repository.repository.timeline(of: "host")
        let moment = try #require(timeline.moments.last)
        let root = try repository.repository.readMapRoot(moment, host: timeline.host.id)
        #expect(root.disks.map(\.number) == [0, 1, 2])
        #expect(root.disks.map(\.sizeInBytes) == disks.map { UInt64($0.count) })
        #expect(root.disks.map(\.logicalSectorSize) == [512, 4096, 512])
        for (number, bytes) in disks.enumerated() {
            #expect(try repository.model(of: UInt32(number)) == PlainModel(bytes))
        }
    }
}
