import Buffers
import LinuxSystem
import Recovery
import Testing

/// Devices as make-bcache makes them, judged by bcache-super-show. The kernel's part is watched in machines (docs/testing.md).
@Suite("A system on a backing device of bcache")
struct CacheAdaptationTests {
    private static let root = "22222222-2222-4222-8222-222222222222"
    private static let superblock = 1_048_576 + 4096

    /// A disk with the system on a backing device in its only partition, and one with the cache.
    private struct Host {
        let files: RestoredFiles
        let backing: String
        let cache: String

        init(_ state: CacheSuperblock.State) throws {
            files = try RestoredFiles(["/tree/etc/fstab": "UUID=\(root) / ext4 defaults 0 1\n", "/tree/sbin/init": ""])
            (backing, cache) = (files.root + "/backing.raw", files.root + "/cache.raw")
            try GrowthFixture.run(
                """
                cd '\(files.root)'; truncate -s 64M backing.raw; truncate -s 128M cache.raw
                printf 'label: gpt\\nstart=1MiB, size=60MiB\\n' | sfdisk -q backing.raw
                dev=$(losetup -f --show --offset 1048576 --sizelimit 62914560 backing.raw); trap 'losetup -d "$dev"' EXIT
                make-bcache -B "$dev" -C cache.raw --writeback
                mkfs.ext4 -q -b 4096 -U \(root) -d tree -E offset=1056768 backing.raw 48M
                """)
            let disk = try FileDescriptor(backing, [.write])
            var block = Array(try Files.contents(of: backing, limit: 64 << 20)[superblock..<superblock + 208])
            let flags = block.littleEndian(UInt64.self, at: 104)
            block.setLittleEndian(flags & 15 | UInt64(state.rawValue) << 61, at: 104)
            block.setLittleEndian(CacheTests.checksum(block[8...]), at: 0)
            try disk.write(block, at: UInt64(superblock))
            #expect(try judged == state.rawValue)
        }

        /// The state, as bcache-super-show reads it.
        var judged: UInt8? {
            get throws {
                let text = try GrowthFixture.run(
                    """
                    cd '\(files.root)'; dd if=backing.raw of=head.raw bs=1M skip=1 count=1 status=none
                    bcache-super-show head.raw
                    """)
                #expect(text.contains("[match]\nsb.version"), "\(text)")
                let line = text.split(separator: "\n").first { $0.hasPrefix("dev.data.cache_state") }
                return line?.split(separator: "\t").last?.split(separator: " ").first.flatMap { UInt8($0) }
            }
        }

        var sum: String {
            get throws { try GrowthFixture.run("cd '\(files.root)'; cat backing.raw cache.raw | sha256sum") }
        }

        func request(_ disks: [String], changing: Bool = false, isDryRun: Bool = false) throws -> Adaptation.Request {
            var request = Adaptation.Request(machine: try TargetMachine.current(disks: disks))
            request.isThisMachine = false
            request.skipped = ["network", "initramfs", "rebuild", "bootloader"]
            request.isDryRun = isDryRun
            if changing { request.moreSteps = [Touch()] }
            return request
        }

        func step(_ request: Adaptation.Request) throws -> AdaptationReport.Step {
            try #require(try Adaptation.run(request).steps.first { $0.name == "cache" })
        }

        var isTouched: Bool {
            get throws {
                let script = "debugfs -R 'stat /etc/touched' '\(backing)?offset=1056768' 2>&1"
                return try GrowthFixture.run(script).contains("Type: regular")
            }
        }
    }

    /// Anything that has to be written.
    private struct Touch: AdaptationStep {
        let name = "touch"

        func plan(_ system: RestoredSystem) throws(RecoveryError) -> AdaptationPlan {
            try AdaptationPlan(writing: [("/etc/touched", "yes\n")], in: system.tree, reason: "this test wants it")
        }

        func prove(_ system: RestoredSystem) throws(RecoveryError) -> [Proof] { [] }
    }

    @Test(
        "whose cache is here stays as it is where nothing is written; where something is, the cache is told to forget it"
    )
    func clean() throws {
        let host = try Host(.clean)
        let disks = [host.backing, host.cache]
        let before = try host.sum
        for isDryRun in [true, false] {
            let step = try host.step(host.request(disks, isDryRun: isDryRun))
            #expect(step.changes.isEmpty && step.proofs.map(\.holds) == [true], "\(step)")
            #expect(try host.sum == before)
        }
        // To leave the step out does not hide what opening it does.
        var request = try host.request(disks, changing: true)
        request.skipped.insert("cache")
        let step = try host.step(request)
        #expect(step.wasSkipped && step.changes.count == 1, "\(step)")
        #expect(step.changes.allSatisfy { $0.contains("which begins empty") }, "\(step)")
        #expect(step.proofs.map(\.holds) == [true])
        #expect(try host.judged == CacheSuperblock.State.stale.rawValue)
        #expect(try host.isTouched)
        #expect(try host.step(host.request(disks, changing: true)).changes.isEmpty)
    }

    @Test("whose cache is not here does not wait for it any more")
    func missing() throws {
        let host = try Host(.clean)
        let before = try host.sum
        let look = try host.step(host.request([host.backing], isDryRun: true))
        #expect(look.changes.count == 1 && look.changes.allSatisfy { $0.contains("it would wait for it") }, "\(look)")
        #expect(look.proofs.map(\.holds) == [false] && look.proofs[0].detail.contains("echo 1 >"), "\(look)")
        #expect(try host.sum == before)
        let done = try host.step(host.request([host.backing]))
        #expect(done.changes == look.changes && done.proofs.map(\.holds) == [true], "\(done)")
        #expect(try host.judged == CacheSuperblock.State.stale.rawValue)
        let again = try host.step(host.request([host.backing]))
        #expect(again.changes.isEmpty && again.proofs.map(\.holds) == [true])
    }

    @Test(
        "that has no cache, or went on without one, is a disk like others",
        arguments: [CacheSuperblock.State.none, .stale])
    func none(state: CacheSuperblock.State) throws {
        let host = try Host(state)
        let step = try host.step(host.request([host.backing, host.cache], changing: true))
        #expect(step.changes.isEmpty && step.proofs.map(\.holds) == [true], "\(step)")
        #expect(try host.judged == state.rawValue)
        #expect(try host.isTouched)
    }

    @Test("whose cache held data that is nowhere else is not opened without it, and not by a dry run")
    func dirty() throws {
        let host = try Host(.dirty)
        let before = try host.sum
        for (disks, isDryRun, words) in [
            (
                [host.backing], false,
                "NOT PROVED: partition 1 of \(host.backing) starts with what bcache makes of it: its cache is not"
            ),
            ([host.backing, host.cache], true, "that is not done only to look"),
        ] {
            let error = #expect(throws: RecoveryError.self) {
                try Adaptation.run(host.request(disks, changing: true, isDryRun: isDryRun))
            }
            #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
        }
        #expect(try host.sum == before)
    }

    @Test("whose superblock is damaged is not written to")
    func damaged() throws {
        let host = try Host(.clean)
        try FileDescriptor(host.backing, [.write]).write([0xff], at: UInt64(Self.superblock) + 190)
        let before = try host.sum
        let error = #expect(throws: RecoveryError.self) {
            try Adaptation.run(host.request([host.backing], changing: true))
        }
        #expect(error?.message.contains("is damaged: it is not opened") == true, "\(error?.message ?? "")")
        #expect(try host.sum == before)
    }
}
