import Digests
import FoundationEssentials
import RepositoryFormat
import Testing

/// Heads and manifests of a timeline that goes on, byte for byte (docs/format.md, sections 9 and 10.4).
@Suite("Golden bytes of histories")
struct HistoryGoldenTests {
    private let last = "FF FF FF FF FF FF FF FF"

    private func entries(in golden: inout GoldenBytes) {
        golden.field("section moments: tag, flags, length", "03 00 01 00 B7 00 00 00")
        golden.field("moments", "01 00 00 00")
        GoldenTests.moment(in: &golden)
        golden.field("section gaps: tag, flags, length", "05 00 01 00 74 00 00 00")
        golden.field("gaps", "02 00 00 00")
        golden.field("gap 0: host off", "01")
        golden.field("gap 0: zero", 0, times: 7)
        golden.field("gap 0: from", "03 00 00 00 00 00 00 00 0A 00 00 00 00 00 00 00")
        golden.field("gap 0: to", "03 00 00 00 00 00 00 00 0B 00 00 00 00 00 00 00")
        golden.field("gap 0: times", "D0 07 00 00 00 00 00 00 B8 0B 00 00 00 00 00 00")
        golden.field("gap 1: degraded", "03")
        golden.field("gap 1: zero", 0, times: 7)
        golden.field("gap 1: from", "03 00 00 00 00 00 00 00 28 00 00 00 00 00 00 00")
        golden.field("gap 1: it lasts", "\(last) \(last)")
        golden.field("gap 1: from time", "B8 0B 00 00 00 00 00 00")
        golden.field("gap 1: it lasts", "FF FF FF FF FF FF FF 7F")
        golden.field("section marks: tag, flags, length", "08 00 01 00 22 00 00 00")
        golden.field("marks", "01 00 00 00")
        golden.field("mark 0: position", "03 00 00 00 00 00 00 00 0A 00 00 00 00 00 00 00")
        golden.field("mark 0: time", "D0 07 00 00 00 00 00 00")
        golden.field("mark 0: label", "04")
        golden.field("mark 0: zero", "00")
        golden.field("mark 0: length of the label", "02 00")
        golden.field("mark 0: label", "C3 BC")
        golden.field("section layers: tag, flags, length", "0D 00 01 00 F4 00 00 00")
        golden.field("layers", "02 00 00 00")
        golden.field("layer 0: journal, level 0", "01 00")
        golden.field("layer 0: clock steps", "01 00")
        golden.field("layer 0: granularity", "00 00 00 00")
        golden.field("layer 0: position before", "02 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00")
        golden.field("layer 0: last position", "03 00 00 00 00 00 00 00 02 00 00 00 00 00 00 00")
        golden.field("layer 0: smallest and largest time", "E8 03 00 00 00 00 00 00 B8 0B 00 00 00 00 00 00")
        golden.field("layer 0: time at the last position", "D0 07 00 00 00 00 00 00")
        golden.field("layer 0: digest of the index part", 0x5e, times: 32)
        golden.field("layer 0: length of the index part", "98 01 00 00 00 00 00 00")
        golden.field("layer 0: length of the segment", "C0 03 00 00 00 00 00 00")
        golden.field("layer 0: records", "02 00 00 00 00 00 00 00")
        golden.field("layer 1: delta, level 1, no flags", "02 01 00 00")
        golden.field("layer 1: granularity", "E0 93 04 00")
        golden.field("layer 1: position before", "02 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00")
        golden.field("layer 1: last position", "03 00 00 00 00 00 00 00 28 00 00 00 00 00 00 00")
        golden.field("layer 1: smallest and largest time", "\(last) B8 0B 00 00 00 00 00 00")
        golden.field("layer 1: time at the last position", "B8 0B 00 00 00 00 00 00")
        golden.field("layer 1: digest of the index part", 0x5f, times: 32)
        golden.field("layer 1: length of the index part", "70 01 00 00 00 00 00 00")
        golden.field("layer 1: length of the segment", "8E 01 00 00 00 00 00 00")
        golden.field("layer 1: extents", "04 00 00 00 00 00 00 00")
    }

    @Test("of a head with every section")
    func head() throws {
        var golden = GoldenBytes()
        golden.header(kind: "03 00", length: "63 03 00 00 00 00 00 00")
        golden.field("host id", "00 11 22 33 44 55 66 77 88 99 AA BB CC DD EE FF")
        golden.field("number", "02 00 00 00 00 00 00 00")
        golden.field("digest of the head before", 0x11, times: 32)
        golden.field("epoch of the writer", "03 00 00 00 00 00 00 00")
        golden.field("time of writing", "05 00 00 00 00 00 00 00")
        golden.field("section host name", "01 00 01 00 05 00 00 00 77 65 62 30 31")
        golden.field("section writer", "02 00 01 00 0A 00 00 00 6C 69 66 65 62 6F 61 74 20 31")
        golden.field("section manifests: tag, flags, length", "06 00 01 00 64 00 00 00")
        golden.field("manifests", "01 00 00 00")
        golden.field("manifest 0: digest", 0x77, times: 32)
        golden.field("manifest 0: length", "F4 01 00 00 00 00 00 00")
        golden.field("manifest 0: first position", "01 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00")
        golden.field("manifest 0: last position", "02 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00")
        golden.field("manifest 0: smallest and largest time", "\(last) E8 03 00 00 00 00 00 00")
        golden.field("manifest 0: entries", "09 00 00 00")
        golden.field("manifest 0: zero", "00 00 00 00")
        entries(in: &golden)
        golden.field("section retention policy", "0C 00 01 00 07 00 00 00 61 6C 6C 20 32 34 68")
        #expect(golden.firstDifference(from: Samples.longHead.encoded()) == nil)
        #expect(try Head.decode(golden.bytes, host: Samples.host, number: 2) == Samples.longHead)
    }

    @Test("of a manifest")
    func manifest() throws {
        var golden = GoldenBytes()
        golden.header(kind: "07 00", length: "91 02 00 00 00 00 00 00")
        golden.field("host id", "00 11 22 33 44 55 66 77 88 99 AA BB CC DD EE FF")
        entries(in: &golden)
        #expect(golden.firstDifference(from: Manifest.encode(Samples.entries, host: Samples.host)) == nil)
        let read = try Manifest.decode(golden.bytes, digest: Samples.digest(1), host: Samples.host)
        #expect(read == Samples.entries)
        #expect(throws: FormatError.self) {
            try Manifest.decode(golden.bytes, digest: Samples.digest(1), host: Samples.disk)
        }
    }
}
