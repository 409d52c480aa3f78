internal import Repository
internal import RepositoryFormat

/// One disk of the moment; what a connection's handle stands for.
final class Export: Sendable {
    let name: String
    let description: String
    private let disk: DiskRecord
    private let reader: ViewReader

    init(_ disk: DiskRecord, _ reader: ViewReader) {
        self.disk = disk
        self.reader = reader
        name = "\(disk.number)"
        let time = Timestamp.text(ofNanoseconds: reader.view.moment.time)
        description = "disk \(disk.number) of \(reader.view.host.name) at \(time)"
    }

    /// The export that `open` gave to nbdkit.
    static func of(_ handle: UnsafeMutableRawPointer?) -> Export {
        guard let handle else { preconditionFailure("a request without a connection") }
        return Unmanaged<Export>.fromOpaque(handle).takeUnretainedValue()
    }

    var sizeInBytes: UInt64 { disk.sizeInBytes }

    func read(into room: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(RepositoryError) {
        var done = 0
        try reader.pieces(of: disk, in: offset..<offset + UInt64(room.count)) { piece in
            piece.copy(to: UnsafeMutableRawBufferPointer(rebasing: room[done...]))
            done += piece.count
        }
    }

    func runs(in range: Range<UInt64>, most: Int) throws(RepositoryError) -> [ViewReader.Run] {
        try reader.runs(of: disk, in: range, most: most)
    }

    func prefetch(_ range: Range<UInt64>) { reader.prefetch(disk, range) }
}
