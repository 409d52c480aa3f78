import Capture
import Digests
import Foundation
import Repository
import RepositoryFormat

/// A repository in a directory of a test's own, and what captures left in it.
final class TestRepository {
    let path: String
    let store: DirectoryStore
    let repository: Repository

    init(_ chunker: ChunkerParameters = ChunkerParameters()) throws {
        path = "/var/tmp/lifeboat-capture-\(UUID().uuidString.prefix(8))"
        store = DirectoryStore(path)
        repository = try Repository.initialize(store, chunker: chunker)
    }

    deinit {
        // What stays behind costs a few megabytes of /var/tmp.
        try? FileManager.default.removeItem(atPath: path)
    }

    @discardableResult
    func capture(
        _ sources: [MemorySource], host: String = "host", label: String = "",
        observe: (CaptureProgress) -> Void = { _ in }
    ) throws -> CaptureReport {
        try HostCapture.run(
            CaptureRequest(hostName: host, sources: sources, label: label, compressionLevel: 1, program: "test"),
            to: repository, observe: observe)
    }

    /// The newest moment's disk as the map and the indexes tell it: every chunk with its place on the disk.
    func model(of disk: UInt32 = 0, host: String = "host") throws -> PlainModel {
        let timeline = try repository.timeline(of: host)
        guard let moment = timeline.moments.last else { return PlainModel(runs: []) }
        let view = try View(repository, host: timeline.host, moment: moment)
        guard let record = view.disk(disk) else { return PlainModel(runs: []) }
        var extents: [Extent] = []
        // Extents are cut at the borders of map pages: what continues one another is one.
        try view.extents(of: record) { extent in
            if let last = extents.last, last.joins(extent) {
                extents[extents.count - 1].length += extent.length
            } else {
                extents.append(extent)
            }
        }
        let runs = try extents.map { extent in
            var run = PlainModel.Run(
                kind: extent.kind, start: Int(extent.start) * 512, length: Int(extent.length) * 512)
            if extent.kind == .data {
                let index = try repository.indexes.index(of: view.packs.id(extent.place.pack))
                let chunk = index.chunks[Int(extent.place.chunk)]
                // A scan refers to whole chunks only.
                run.identity = extent.place.offset == 0 && chunk.length == run.length ? chunk.identity : nil
            }
            return run
        }
        return PlainModel(runs: runs)
    }
}
