import Foundation
import ProgramHarness
import Testing

/// libguestfs looks into a moment. It boots a small emulated machine for that: about 20 seconds.
@Suite struct GuestfishTests {
    /// Where scripts/lib/guestfs-kernel puts a kernel on machines without one.
    private static let kernel =
        (ProcessInfo.processInfo.environment["LIFEBOAT_CACHE"] ?? "/var/cache/lifeboat") + "/guestfs"

    @Test("guestfish lists and reads the files of a moment, as they were then")
    func files() throws {
        let sample = try Sample.get()
        let scratch = try Scratch()
        let script = """
            guest \(Self.kernel) --ro --format=raw -a 'nbd://?socket=\(scratch("SOCKET"))' \
            run : list-filesystems : mount-ro /dev/sda1 / : exists /new : checksum sha256 /f7 > said
            """
        let expected = try scratch.sh("sha256sum < '\(sample.scratch("src"))/f7' | cut -d' ' -f1")
        for (moment, hasNew) in [(0, "false"), (1, "true")] {
            let attached = try Attached(
                from: sample.repository, ["--at", sample.moments[moment], "--disk", "0"], socket: "s\(moment)",
                in: scratch)
            try scratch.sh(script.replacing("SOCKET", with: "s\(moment)"), seconds: 300)
            #expect(try scratch.sh("cat said") == "/dev/sda1: ext4\n\(hasNew)\n\(expected)")
            #expect(try attached.stop().status == 0)
        }
    }
}
