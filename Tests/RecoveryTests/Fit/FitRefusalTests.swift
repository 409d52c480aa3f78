import LinuxSystem
import Recovery
import Repository
import Synchronization
import Testing

@Suite("Disks that cannot be fitted to smaller ones are refused before the first write", .serialized)
struct FitRefusalTests {
    @Test("without --fit nothing is fitted, and the refusal names it")
    func notAsked() throws {
        let fixture = try FitFixture("label: gpt\\nsize=100MiB\\n", mebibytes: 120)
        _ = try fixture.fill(1)
        try fixture.capture()
        let error = try fixture.refusal(fixture.target(90)) { $0.fit = nil }
        #expect(error.reason == .targetTooSmall && error.message.contains("--fit"), "\(error)")
    }

    @Test("too much data: the refusal says how large a disk must be, and one of that size is taken")
    func tooFull() throws {
        let fixture = try FitFixture("label: gpt\\nsize=300MiB\\n", mebibytes: 320)
        let sums = try fixture.fill(1, keepsAll: true)
        try fixture.capture()
        let error = try fixture.refusal(fixture.target(160))
        #expect(error.reason == .targetTooSmall, "\(error)")
        let words = error.message.split(separator: " ")
        let at = try #require(words.firstIndex(of: "least"))
        let needed = try #require(UInt64(words[at + 1]))
        let enough = try fixture.target((needed + (1 << 20) - 1) >> 20, "enough.img")
        try fixture.restore(to: enough)
        #expect(try fixture.judge(1, of: enough) == sums)
        let short = try fixture.refusal(fixture.target((needed >> 20) - 1, "short.img"))
        #expect(short.reason == .targetTooSmall)
    }

    @Test("NTFS on an MBR stays where Windows looks for it")
    func windows() throws {
        let fixture = try FitFixture(
            "label: dos\\nsize=64MiB, type=83\\nstart=300MiB, size=40MiB, type=7\\n", mebibytes: 400)
        try fixture.makeNTFS(2)
        try fixture.capture()
        let error = try fixture.refusal(fixture.target(260))
        #expect(error.message.contains("(ntfs) would have to be moved"), "\(error)")
    }

    @Test("tables that are not understood are left alone", arguments: ["", "hybrid"])
    func oddTables(kind: String) throws {
        let fixture = try FitFixture("label: gpt\\nsize=100MiB\\n", mebibytes: 120)
        switch kind {
        case "hybrid": try GrowthFixture.run("sgdisk -h 1 '\(fixture.disk)' >/dev/null")
        default:
            try GrowthFixture.run("wipefs -qa '\(fixture.disk)'; mke2fs -q -t ext4 '\(fixture.disk)' 110M >/dev/null")
        }
        try fixture.capture()
        let error = try fixture.refusal(fixture.target(90))
        #expect(error.message.contains(kind == "hybrid" ? "hybrid" : "no partition table"), "\(error)")
    }

    @Test("a file system with errors that e2fsck would ask about")
    func damaged() throws {
        let fixture = try FitFixture("label: gpt\\nsize=300MiB\\n", mebibytes: 320)
        _ = try fixture.fill(1)
        // Its root directory is not one any more.
        try fixture.on(1, of: fixture.disk, #"debugfs -w -R "clri <2>" "$dev" 2>/dev/null"#)
        try fixture.capture()
        let error = try fixture.refusal(fixture.target(220))
        #expect(error.message.contains("e2fsck"), "\(error)")
    }

    @Test("a scratch directory without room")
    func noScratch() throws {
        let fixture = try FitFixture("label: gpt\\nsize=300MiB\\n", mebibytes: 320)
        _ = try fixture.fill(1)
        try fixture.capture()
        let small = fixture.scratch["small"]
        try GrowthFixture.run("mkdir '\(small)'; mount -t tmpfs -o size=8m none '\(small)'")
        defer { _ = try? GrowthFixture.run("umount '\(small)'") }
        let error = try fixture.refusal(fixture.target(264)) { $0.fit = FitScratch(directory: small) }
        #expect(error.reason == .noRoom && error.message.contains("--scratch"), "\(error)")
    }

    @Test("resize2fs fails in the middle of its work")
    func failingShrink() throws {
        let fixture = try FitFixture("label: gpt\\nsize=600MiB\\n", mebibytes: 620)
        _ = try fixture.fill(1)
        try fixture.capture()
        let target = try fixture.target(414)
        let isShrinking = Atomic<Bool>(false)
        let store = FaultyStore(DirectoryStore(fixture.scratch["repository"])) { name, _ in
            name.hasPrefix("packs/") && isShrinking.load(ordering: .relaxed)
                ? .error(StoreError(.unreachable, "the server is gone")) : nil
        }
        let before = try GrowthFixture.run("openssl dgst -sha256 '\(target)'")
        var request = try fixture.request(target, store: store)
        request.tell = { if $0.hasPrefix("Making") { isShrinking.store(true, ordering: .relaxed) } }
        let error = try #require(throws: RecoveryError.self) { _ = try Restore.prepare(request) }
        #expect(isShrinking.load(ordering: .relaxed) && error.code == .unreachable && !error.wroteAnything, "\(error)")
        let after = try GrowthFixture.run("openssl dgst -sha256 '\(target)'")
        #expect(after == before)
        let left = try fixture.leftovers()
        #expect(left.isEmpty)
    }

    @Test("a damaged repository, found while the partition table is looked at")
    func damagedTable() throws {
        let fixture = try FitFixture("label: gpt\nsize=300MiB\n", mebibytes: 320)
        _ = try fixture.fill(1)
        try fixture.capture()
        let isReading = Atomic<Bool>(false)
        let store = FaultyStore(DirectoryStore(fixture.scratch["repository"])) { name, _ in
            name.hasPrefix("packs/") && isReading.load(ordering: .relaxed) ? .flip : nil
        }
        let request = try fixture.request(try fixture.target(260), store: store)
        isReading.store(true, ordering: .relaxed)
        let error = try #require(throws: RecoveryError.self) { _ = try Restore.prepare(request) }
        #expect(error.code == .damaged && !error.wroteAnything, "\(error)")
    }

    @Test("a damaged repository, found while a file system is looked at")
    func damagedRepository() throws {
        let fixture = try FitFixture("label: gpt\\nsize=300MiB\\n", mebibytes: 320)
        _ = try fixture.fill(1)
        try fixture.capture()
        let isChecking = Atomic<Bool>(false)
        let store = FaultyStore(DirectoryStore(fixture.scratch["repository"])) { name, _ in
            name.hasPrefix("packs/") && isChecking.load(ordering: .relaxed) ? .flip : nil
        }
        var request = try fixture.request(try fixture.target(260), store: store)
        request.tell = { if $0.hasPrefix("Checking") { isChecking.store(true, ordering: .relaxed) } }
        let error = try #require(throws: RecoveryError.self) { _ = try Restore.prepare(request) }
        #expect(isChecking.load(ordering: .relaxed) && error.code == .damaged && !error.wroteAnything, "\(error)")
    }
}
