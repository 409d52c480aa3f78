package import Digests

/// A moment that a head offers (format.md, section 9). Times in nanoseconds since 1970, UTC; sizes in bytes.
package struct Moment: Hashable, Sendable {
    package enum Kind: UInt8, Sendable {
        case endOfScan = 1
        case checkpoint = 2
        /// A state between two maps, put together from journals; never stored.
        case write = 3
    }

    /// How the disks stood when they were read.
    package enum Quality: UInt8, Sendable {
        case cold = 1
        case crashConsistent = 2
        case frozen = 3
        case cleanShutdown = 4
    }

    package var position: Position
    package var time: Int64
    package var scanStarted: Int64
    package var kind: Kind
    package var quality: Quality
    package var granularityInMilliseconds: UInt32 = 0
    package var map: ObjectReference
    package var machine: ObjectReference
    package var diskBytes: UInt64
    package var dataBytes: UInt64
    package var newPlainBytes: UInt64
    package var newStoredBytes: UInt64
    package var label: String

    package init(
        position: Position, time: Int64, scanStarted: Int64, kind: Kind, quality: Quality, map: ObjectReference,
        machine: ObjectReference, diskBytes: UInt64, dataBytes: UInt64, newPlainBytes: UInt64, newStoredBytes: UInt64,
        label: String
    ) {
        self.position = position
        self.time = time
        self.scanStarted = scanStarted
        self.kind = kind
        self.quality = quality
        self.map = map
        self.machine = machine
        self.diskBytes = diskBytes
        self.dataBytes = dataBytes
        self.newPlainBytes = newPlainBytes
        self.newStoredBytes = newStoredBytes
        self.label = label
    }
}

/// Digest and length of an object that another names.
package struct ObjectReference: Hashable, Sendable {
    package var digest: Digest
    package var length: UInt64

    package init(digest: Digest, length: UInt64) {
        self.digest = digest
        self.length = length
    }
}

extension Moment {
    func encode(into writer: inout ByteWriter) {
        var record = ByteWriter()
        record.append(position.epoch)
        record.append(position.sequence)
        record.append(time)
        record.append(scanStarted)
        record.append(kind.rawValue)
        record.append(quality.rawValue)
        record.zeros(2)
        record.append(granularityInMilliseconds)
        for reference in [map, machine] {
            record.append(reference.digest)
            record.append(reference.length)
        }
        for size in [diskBytes, dataBytes, newPlainBytes, newStoredBytes] { record.append(size) }
        record.append(UInt16(label.utf8.count))
        record.append(label.utf8)
        writer.append(UInt32(record.bytes.count))
        writer.append(record.bytes)
    }

    static func decode(_ reader: inout ByteReader) throws(FormatError) -> Moment {
        let length = try reader.count("bytes of a moment", limit: 64 << 10)
        let end = reader.offset + length
        let position = try reader.position()
        let time = try reader.time()
        let started = try reader.time()
        guard let kind = Kind(rawValue: try reader.integer()), let quality = Quality(rawValue: try reader.integer())
        else { throw reader.damaged("a moment of unknown kind") }
        guard kind != .write else { throw reader.damaged("a moment without a map") }
        try reader.zeros(2)
        let granularity = try reader.integer(UInt32.self)
        let map = ObjectReference(digest: try reader.digest(), length: try reader.integer())
        let machine = ObjectReference(digest: try reader.digest(), length: try reader.integer())
        guard map.length <= Limits.mapRoot, machine.length <= Limits.machineDescription else {
            throw FormatError(.aboveLimit, "\(reader.subject) names an object above the limits.")
        }
        var sizes: [UInt64] = []
        for _ in 0..<4 { sizes.append(try reader.integer()) }
        let labelLength = Int(try reader.integer(UInt16.self))
        guard labelLength <= Limits.name else {
            throw FormatError(.aboveLimit, "\(reader.subject) has a label of \(labelLength) bytes.")
        }
        let label = try reader.text(labelLength, "a label")
        guard reader.offset <= end else { throw reader.damaged("a moment longer than it says") }
        try reader.skip(end - reader.offset)
        var moment = Moment(
            position: position, time: time, scanStarted: started, kind: kind, quality: quality, map: map,
            machine: machine, diskBytes: sizes[0], dataBytes: sizes[1], newPlainBytes: sizes[2],
            newStoredBytes: sizes[3], label: label)
        moment.granularityInMilliseconds = granularity
        return moment
    }
}
