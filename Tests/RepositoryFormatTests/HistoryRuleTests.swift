import Digests
import FoundationEssentials
import RepositoryFormat
import Testing

/// What histories must not say, each broken once (docs/format.md, sections 3 and 9).
@Suite("Rules of histories")
struct HistoryRuleTests {
    private func decode(_ head: Head) throws -> Head {
        try Head.decode(head.encoded(), host: Samples.host, number: head.number)
    }

    @Test(
        "entries that contradict themselves are refused",
        arguments: [
            { $0.entries.layers[0].base = $0.entries.layers[0].last }, { $0.entries.layers[0].base.epoch = 9 },
            { $0.entries.layers[0].endTime = 999 }, { $0.entries.layers[0].endTime = 3_001 },
            { $0.entries.layers[0].entries = 1 }, { $0.entries.layers[0].entries = 0 },
            { $0.entries.layers[0].index.length = 961 }, { $0.entries.gaps[0].to = Samples.position(3, 9) },
            { $0.manifests[0].last = Samples.position(1, 0) }, { $0.manifests[0].latest = -2 },
        ] as [@Sendable (inout Head) -> Void])
    func contradictions(change: @Sendable (inout Head) -> Void) throws {
        var head = Samples.longHead
        #expect(try decode(head) == head)
        change(&head)
        #expect(throws: FormatError.self) { try decode(head) }
    }

    @Test(
        "values above the limits are refused as such",
        arguments: [
            { $0.entries.layers[1].length = Limits.segment + 1 },
            { ($0.entries.layers[1].index.length, $0.entries.layers[1].length) = (64 << 20 + 1, 1 << 30) },
            { $0.entries.layers[1].entries = Limits.entriesInSegment + 1 },
            {
                $0.entries.layers[0].entries = Limits.recordsInJournal + 1
                $0.entries.layers[0].last.sequence = Limits.recordsInJournal + 1
            }, { $0.manifests[0].object.length = UInt64(Limits.manifest) + 1 },
            { $0.entries.marks[0].label = String(repeating: "l", count: 256) },
            { $0.entries.moments[0].time = Limits.time + 1 }, { $0.entries.moments[0].scanStarted = .min },
            { $0.entries.layers[1].earliest = .min }, { $0.entries.layers[1].latest = .max },
            { $0.entries.gaps[0].toTime = .max }, { $0.entries.gaps[0].fromTime = .min },
            { $0.entries.marks[0].time = .max }, { $0.manifests[0].latest = .max }, { $0.time = .max },
            { $0.entries.marks[0].position.epoch = Limits.epoch + 1 },
            { $0.entries.layers[1].last.sequence = Limits.sequence + 1 },
            { $0.entries.moments[0].position.sequence = .max },
        ] as [@Sendable (inout Head) -> Void])
    func limits(change: @Sendable (inout Head) -> Void) {
        var head = Samples.longHead
        change(&head)
        let error = #expect(throws: FormatError.self) { try decode(head) }
        #expect(error?.code == .aboveLimit)
    }

    @Test("the same values at their limits are good")
    func atLimits() throws {
        var head = Samples.longHead
        head.entries.moments[0].time = Limits.time
        head.entries.moments[0].position = Position(epoch: Limits.epoch, sequence: Limits.sequence)
        head.entries.layers[1].earliest = -Limits.time
        head.entries.layers[1].latest = Limits.time
        head.entries.layers[1].length = Limits.segment
        head.entries.layers[1].index.length = UInt64(Limits.segmentIndex)
        head.entries.layers[1].entries = Limits.entriesInSegment
        head.entries.layers[0].entries = Limits.recordsInJournal
        head.entries.layers[0].last.sequence = Limits.recordsInJournal
        head.entries.marks[0].label = String(repeating: "l", count: 255)
        #expect(try decode(head) == head)
    }

    @Test("lists longer than the limit are refused before they are read", arguments: [5, 6, 8, 13] as [UInt8])
    func lists(tag: UInt8) {
        var bytes = Samples.head().encoded() + [tag, 0, 1, 0, 4, 0, 0, 0, 1, 0, 1, 0]
        withUnsafeBytes(of: UInt64(bytes.count).littleEndian) { bytes.replaceSubrange(24..<32, with: $0) }
        let error = #expect(throws: FormatError.self) { try Head.decode(bytes, host: Samples.host, number: 2) }
        #expect(error?.code == .aboveLimit)
    }

    @Test("a section that stands there twice, and one longer than its content, are refused")
    func sections() {
        for more in [[1, 0, 1, 0, 1, 0, 0, 0, 0x61], [8, 0, 1, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0]] as [[UInt8]] {
            var bytes = Samples.head().encoded() + more
            withUnsafeBytes(of: UInt64(bytes.count).littleEndian) { bytes.replaceSubrange(24..<32, with: $0) }
            let error = #expect(throws: FormatError.self) { try Head.decode(bytes, host: Samples.host, number: 2) }
            #expect(error?.code == .damaged)
        }
    }

    @Test("an open gap says so in its position and in its time")
    func openGaps() throws {
        var bytes = Manifest.encode(HistoryEntries(gaps: [Samples.entries.gaps[1]]), host: Samples.host)
        #expect(throws: Never.self) { try Manifest.decode(bytes, digest: Samples.digest(1), host: Samples.host) }
        bytes[bytes.count - 1] = 0
        #expect(throws: FormatError.self) { try Manifest.decode(bytes, digest: Samples.digest(1), host: Samples.host) }
    }

    @Test("a reference to a manifest spans what it lists")
    func reference() {
        let object = ObjectReference(digest: Samples.digest(7), length: 9)
        let reference = Manifest.reference(to: Samples.entries, object: object)
        #expect(reference.first == Samples.position(2, 1) && reference.last == Samples.position(3, 40))
        #expect(reference.earliest == -1 && reference.latest == 0x0102_0304_0506_0708 && reference.entries == 6)
    }
}
