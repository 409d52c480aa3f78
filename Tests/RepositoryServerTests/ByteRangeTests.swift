import RepositoryServer
import Testing

@Suite struct ByteRangeTests {
    @Test(
        "one range of bytes is understood; what may be ignored is",
        arguments: [
            ("bytes=0-0", .part(0..<1)), ("bytes=0-99", .part(0..<100)), ("bytes=0-100", .part(0..<100)),
            ("bytes=99-", .part(99..<100)), ("bytes=10-19", .part(10..<20)), ("bytes=-1", .part(99..<100)),
            ("bytes=-100", .part(0..<100)), ("bytes=-1000", .part(0..<100)), ("bytes=0-", .part(0..<100)),
            ("bytes=0-18446744073709551615", .part(0..<100)), ("bytes=007-008", .part(7..<9)),
            ("bytes=100-", .unsatisfiable), ("bytes=100-200", .unsatisfiable), ("bytes=-0", .unsatisfiable),
            ("bytes=18446744073709551615-", .unsatisfiable),
            (nil, .whole), ("", .whole), ("bytes=", .whole), ("bytes=-", .whole), ("bytes=5", .whole),
            ("bytes=9-5", .whole), ("bytes=0-1,3-4", .whole), ("items=0-1", .whole), ("bytes= 0-1", .whole),
            ("bytes=+1-2", .whole), ("bytes=0x1-2", .whole), ("bytes=--1", .whole), ("bytes=1--2", .whole),
            ("bytes=18446744073709551616-", .whole), ("bytes=0-18446744073709551616", .whole), ("Bytes=٣-٤", .whole),
        ] as [(String?, ByteRange)])
    func header(text: String?, range: ByteRange) {
        #expect(ByteRange(header: text, length: 100) == range)
    }

    @Test(
        "nothing of an empty object can be asked for",
        arguments: ["bytes=0-", "bytes=0-0", "bytes=-1", "bytes=-0"])
    func empty(text: String) {
        #expect(ByteRange(header: text, length: 0) == .unsatisfiable)
        #expect(ByteRange(header: nil, length: 0) == .whole)
    }
}
