internal import BlockDevices
internal import Buffers
internal import RepositoryFormat
internal import Synchronization

/// One disk of a running restore: where it comes from, where it goes, what is held back, how far it is.
final class DiskTask: Sendable {
    let record: DiskRecord
    let target: any BlockTarget
    /// "/dev/sda (Samsung PM9A3, S5XYZ)".
    let name: String
    /// The first and last part of the source's range, which reach the disk last.
    let held: HeldRanges
    /// What stands on the disk while it is written; nil where nothing is held back behind it.
    private let note: RestoreNote?
    let written = Atomic<UInt64>(0)
    let alreadyRight = Atomic<UInt64>(0)
    let zeroed = Atomic<UInt64>(0)
    let verified = Atomic<UInt64>(0)

    init(record: DiskRecord, target: any BlockTarget, name: String, heldLength: UInt64, note: RestoreNote? = nil) {
        precondition(target.geometry.sizeInBytes >= record.sizeInBytes, "\(name) is too small")
        self.record = record
        self.target = target
        self.name = name
        held = HeldRanges(diskSize: record.sizeInBytes, length: heldLength)
        self.note = held.head.upperBound > UInt64(RestoreNote.byteCount) ? note : nil
    }

    var dataBytes: UInt64 { record.dataSectors * 512 }
    /// All of the target that is not data.
    var zeroBytes: UInt64 { target.geometry.sizeInBytes - dataBytes }
    var bytesToVerify: UInt64 { target.geometry.sizeInBytes }
    /// What the target has and the source did not.
    var beyondSource: Range<UInt64> { record.sizeInBytes..<target.geometry.sizeInBytes }

    /// Puts plain bytes of the moment where they belong: to the disk, or to memory while they are held back.
    func place(_ slice: BufferSlice, at offset: UInt64) throws(BlockDeviceError) {
        let range = offset..<offset + UInt64(slice.count)
        if range.lowerBound >= held.middle.lowerBound, range.upperBound <= held.middle.upperBound {
            try target.write(slice, at: offset)
        } else {
            held.keep(slice, at: offset)
            let open = range.clamped(to: held.middle)
            if !open.isEmpty {
                let start = Int(open.lowerBound - offset)
                try target.write(slice[start..<start + Int(open.upperBound - open.lowerBound)], at: open.lowerBound)
            }
        }
        written.add(UInt64(slice.count), ordering: .relaxed)
    }

    /// Says at the start of the disk what is being restored to it. The last bytes that are restored take
    /// its place (`DiskFinisher`).
    func writeNote() throws(BlockDeviceError) {
        try writeNote(done: 0)
    }

    /// Makes durable what was written so far, then says so: what a note promises is there after a power cut.
    func renewNote() throws(BlockDeviceError) {
        let done = written.load(ordering: .relaxed) + alreadyRight.load(ordering: .relaxed)
        try target.flush()
        try writeNote(done: done)
    }

    private func writeNote(done: UInt64) throws(BlockDeviceError) {
        guard var note else { return }
        note.done = done
        guard let bytes = note.encoded else { return }
        try target.write(DiskFinisher.slice(of: bytes), at: 0)
    }

    var progress: RestoreProgress.Disk {
        RestoreProgress.Disk(
            source: PartNumber.disk(record.number), target: target.name, dataBytes: dataBytes, zeroBytes: zeroBytes,
            written: written.load(ordering: .relaxed), alreadyRight: alreadyRight.load(ordering: .relaxed),
            zeroed: zeroed.load(ordering: .relaxed), verified: verified.load(ordering: .relaxed))
    }

    /// "/dev/sda is written up to 52428800 of 512110190592 bytes and does not boot."
    func stateWords(in phase: RestorePhase) -> String {
        switch phase {
        case .verifying:
            return "\(name) was written completely, but it is not verified: do not rely on it."
        case .finishing:
            return
                "\(name) holds all data, but its partition table and boot sectors are not complete: it does not boot."
        default:
            let done = progress
            let bytes = min(done.written + done.alreadyRight + done.zeroed, target.geometry.sizeInBytes)
            return "\(name) is written up to \(bytes) of \(target.geometry.sizeInBytes) bytes and does not boot."
        }
    }
}
