internal import RepositoryFormat

/// Makes one delta of neighbouring layers and parts of journals.
struct DeltaSplice {
    let repository: Repository
    let store: any WritableObjectStore
    let host: HostList.Host

    /// The net change from `from` to `to`, whose times are nanoseconds since 1970, UTC.
    func delta(
        of pieces: [History.Piece], from: (position: Position, time: Int64), to: (position: Position, time: Int64),
        level: UInt8
    ) throws -> Layer {
        guard let last = pieces.last?.layer else { preconditionFailure("no layers to join") }
        let packs = PackTable()
        let stack = LayerStack(
            map: MapReader(store: repository.store, host: host.id, packs: packs), layers: try open(pieces, packs),
            cache: BlockCache())
        let whole = pieces.filter(\.isWhole).map(\.layer)
        var subject = SegmentSubject(
            host: host.id, base: from.position, last: to.position,
            earliest: min(from.time, to.time, whole.map(\.earliest).min() ?? to.time),
            latest: max(from.time, to.time, whole.map(\.latest).max() ?? to.time), endTime: to.time,
            hasClockSteps: pieces.contains { $0.layer.hasClockSteps }, granularityInMilliseconds: 0, level: level,
            disks: try repository.readSegmentIndex(last, host: host.id).disks)
        subject.granularityInMilliseconds = subject.span
        let segments = SegmentStore(
            store: store, packs: packs, frames: FrameFinder(repository: repository, packs: packs))
        return try segments.storeDelta(subject) { disk, body in
            try stack.changes(of: disk.number, in: 0..<disk.sizeInBytes / 512, body)
        }
    }

    /// Neighbouring journals become one overlay. Their frames must lie in packs: those inside a segment would be lost with it.
    private func open(_ pieces: [History.Piece], _ packs: PackTable) throws(RepositoryError) -> [LayerStack.Layered] {
        var opened: [LayerStack.Layered] = []
        var journals: [(reader: LayerReader, piece: History.Piece)] = []
        func close() {
            guard let first = journals.first, let last = journals.last else { return }
            let end = last.piece.upTo ?? last.piece.layer.last
            opened.append(.journals(JournalOverlay(journals.map(\.reader), after: first.piece.after, upTo: end)))
            journals = []
        }
        for piece in pieces {
            let reader = try LayerReader(piece.layer, repository: repository, host: host.id, packs: packs)
            precondition(reader.index.inline.frames.isEmpty, "a segment with frames inside was to be joined")
            if piece.layer.kind == .journal {
                journals.append((reader, piece))
            } else {
                close()
                opened.append(.delta(reader))
            }
        }
        close()
        return opened
    }
}
