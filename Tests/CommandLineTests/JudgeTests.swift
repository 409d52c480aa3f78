import ProgramHarness
import Testing

/// A judge that never objects would make every other test here worthless.
@Suite struct JudgeTests {
    private let size = 1 << 20
    private let free = [40_960..<53_248, 53_248..<61_440]

    private func disk() -> (captured: [UInt8], restored: [UInt8]) {
        let captured = Disk.random(size, seed: 1)
        var restored = captured
        restored.replaceSubrange(40_960..<61_440, with: repeatElement(0, count: 20_480))
        return (captured, restored)
    }

    @Test("a right disk passes, larger too")
    func right() {
        let (captured, restored) = disk()
        #expect(Judge.complaints(captured: captured, restored: restored, free: free) == [])
        let larger = restored + [UInt8](repeating: 0, count: 4096)
        #expect(Judge.complaints(captured: captured, restored: larger, free: free) == [])
    }

    @Test(
        "one wrong byte is seen wherever it is",
        arguments: [0, 40_959, 40_960, 53_248, 61_439, 61_440, (1 << 20) - 1, 1 << 20, (1 << 20) + 4095])
    func wrong(place: Int) {
        let captured = disk().captured
        var restored = disk().restored + [UInt8](repeating: 0, count: 4096)
        restored[place] ^= 0xA5
        let complaints = Judge.complaints(captured: captured, restored: restored, free: free)
        #expect(complaints.count == 1 && complaints[0].contains("byte \(place):"), "\(complaints)")
    }

    @Test(
        "a report that calls more adapted than a partition table needs is seen",
        arguments: [0..<1 << 20, 1024..<2048, 446..<1536, 40_960..<41_472])
    func adapted(range: Range<Int>) {
        let (captured, restored) = disk()
        let larger = restored + [UInt8](repeating: 0, count: 4096)
        #expect(!Judge.complaints(captured: captured, restored: larger, free: free, adapted: [range]).isEmpty)
        #expect(!Judge.complaints(captured: captured, restored: restored, free: free, adapted: [512..<1024]).isEmpty)
    }

    @Test("a disk that is too short, and free blocks that keep their old content, are seen")
    func others() {
        let (captured, restored) = disk()
        #expect(!Judge.complaints(captured: captured, restored: Array(restored.dropLast(512)), free: free).isEmpty)
        #expect(!Judge.complaints(captured: captured, restored: captured, free: free).isEmpty)
        // Half a block of free space may keep what lies beside it.
        #expect(Judge.complaints(captured: captured, restored: captured, free: [1000..<5000]) == [])
    }
}
