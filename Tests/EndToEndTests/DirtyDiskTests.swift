import EndToEndHarness
import Foundation
import Testing

struct DirtyDiskTests {
    @Test("a target with a past has stale GPT, LVM and md signatures, and no zero in its free space")
    func signatures() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("disk")
        try DirtyDisk.make(path, size: 64 << 20)
        let whole = try Command("wipefs", "--noheadings", "--output", "TYPE", path).run()
        #expect(whole.contains("gpt") && whole.contains("linux_raid_member"))
        let volume = try LoopDevice(path, range: 1 << 20..<33 << 20)
        #expect(try Command("wipefs", "--noheadings", "--output", "TYPE", volume.path).run().contains("LVM2_member"))
        let bytes = try Data(contentsOf: URL(filePath: path))
        #expect(bytes[40 << 20..<41 << 20].allSatisfy { $0 == 0xA5 })
    }
}
