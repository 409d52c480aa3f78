import BlockDevices
import Inventory
import LinuxSystem
import Recovery
import Repository
import Testing

@Suite("Refusals before anything is written")
struct RefusalTests {
    /// Prepares and runs; whatever is refused must leave the target as it was.
    private func refusal(_ body: () throws -> Void) throws -> RecoveryError {
        let error = try #require(throws: RecoveryError.self, performing: body)
        #expect(error.code == .refused)
        #expect(error.exitStatus == 3)
        #expect(!error.wroteAnything)
        #expect(error.message.contains("Nothing was written."))
        return error
    }

    @Test("a target that is too small is refused with both sizes")
    func tooSmall() throws {
        let host = try TestHost([Content.random(1 << 20, seed: 1)])
        let target = MemoryDisk("target0", size: (1 << 20) - 512)
        let error = try refusal { _ = try Restore.prepare(host.request(), targets: .memory([target])) }
        #expect(error.reason == .targetTooSmall)
        #expect(error.message.contains("\((1 << 20) - 512) bytes") && error.message.contains("needs \(1 << 20)"))
        #expect(target.writes == 0)
    }

    @Test(
        "facts about a target that forbid it",
        arguments: [
            ("in use", Refusal.Reason.targetInUse), ("repository", .targetHoldsRepository),
            ("rescue", .targetIsRescueMedium), ("read-only", .writeProtected), ("inside", .targetIsSource),
            ("sectors", .sectorSizes),
        ])
    func forbidden(fact: String, reason: Refusal.Reason) throws {
        let host = try TestHost([Content.random(1 << 20, seed: 1)])
        let target = MemoryDisk("target0", size: 1 << 20)
        let error = try refusal {
            _ = try Restore.prepare(
                host.request(),
                targets: .memory([target]) { facts in
                    switch fact {
                    case "in use": facts.use.mounts = [.init(devicePath: "/dev/x1", mountPoint: "/srv")]
                    case "repository": facts.holdsRepository = true
                    case "rescue": facts.isRescueMedium = true
                    case "read-only": facts.isWriteProtected = true
                    case "inside": facts.isInsideRepository = true
                    default: facts.geometry.logicalSectorSize = 4096
                    }
                })
        }
        #expect(error.reason == reason)
        #expect(error.message.contains("target0 (Memory, SERIAL-OF-target0)"))
        #expect(target.writes == 0)
    }

    @Test("a mapping that makes no sense is refused")
    func mapping() throws {
        let host = try TestHost([Content.random(1 << 20, seed: 1), Content.random(1 << 20, seed: 2)])
        let targets = (0..<2).map { MemoryDisk("target\($0)", size: 1 << 20) }
        let table: [([(UInt32, String)], Bool, Refusal.Reason)] = [
            ([(0, "target0"), (1, "target0")], true, .sameTargetTwice),
            ([(0, "target0"), (0, "target1")], true, .sameSourceTwice),
            ([(7, "target0")], true, .unknownDisk),
            ([(0, "target0")], false, .diskNotMapped),
            ([], true, .diskNotMapped),
            ([(0, "nowhere")], true, .notADisk),
        ]
        for (mapping, allowsSubset, reason) in table {
            var request = try host.request()
            request.allowsSubset = allowsSubset
            request.mapping = mapping.map { DiskAssignment(source: $0.0, target: $0.1) }
            let error = try refusal { _ = try Restore.prepare(request, targets: .memory(targets)) }
            #expect(error.reason == reason, "\(mapping)")
        }
        #expect(targets.allSatisfy { $0.writes == 0 })
    }

    @Test(
        "no, a wrong or a too short confirmation writes nothing; the last six characters do",
        arguments: [
            [], ["SERIAL-OF-target1"], ["rget0"], ["target0 "],
        ])
    func confirmation(typed: [String]) throws {
        let host = try TestHost([Content.random(1 << 20, seed: 1)])
        let target = MemoryDisk("target0", size: 1 << 20)
        let prepared = try Restore.prepare(host.request(), targets: .memory([target]))
        if typed == ["target0 "] {
            _ = try prepared.run(confirmations: typed)
            #expect(target.bytes == host.disks[0])
            return
        }
        let error = try refusal { _ = try prepared.run(confirmations: typed) }
        #expect(error.reason == .wrongConfirmation)
        #expect(error.message.contains("SERIAL-OF-target0"), "the message says what to type")
        #expect(target.writes == 0)
    }

    @Test("a disk that was exchanged after the plan is refused")
    func exchanged() throws {
        let host = try TestHost([Content.random(1 << 20, seed: 1)])
        let target = MemoryDisk("target0", size: 1 << 20)
        let looks = Looks()
        let prepared = try Restore.prepare(
            host.request(),
            targets: .memory([target]) { facts in
                if looks.next() > 1 { facts.identity.serial = "ANOTHER" }
            })
        let error = try refusal { _ = try prepared.run(confirmations: memoryConfirmations) }
        #expect(error.reason == .targetChanged)
        #expect(target.writes == 0)
    }

    @Test(
        "a file of the repository is refused by any of its names",
        arguments: [
            "object", "link", "hard link", "new file", "folder link",
        ])
    func insideRepository(name: String) throws {
        let host = try TestHost([Content.random(1 << 20, seed: 1)])
        let pack = try #require(try host.files("packs").first { !$0.hasSuffix(".index") })
        let before = try Content.read(pack)
        let path: String
        switch name {
        case "object": path = pack
        case "link":
            path = host.scratch["link"]
            _ = try ChildProcess.run(["ln", "-s", pack, path])
        case "hard link":
            path = host.scratch["hard"]
            _ = try ChildProcess.run(["ln", pack, path])
        case "new file": path = host.repositoryPath + "/new.img"
        default:
            _ = try ChildProcess.run(["ln", "-s", host.repositoryPath, host.scratch["folder"]])
            path = host.scratch["folder"] + "/hosts.json"
        }
        var request = try host.request()
        request.mapping = [DiskAssignment(source: 0, target: path)]
        let error = try refusal { _ = try Restore.prepare(request).run(confirmations: [path]) }
        #expect(error.reason == .targetIsSource)
        #expect(try Content.read(pack) == before)
        #expect(!Files.exists(host.repositoryPath + "/new.img"))
    }

    @Test("one image file under two names is one target")
    func sameFileTwice() throws {
        let host = try TestHost([Content.random(1 << 20, seed: 1), Content.random(1 << 20, seed: 2)])
        let path = host.scratch["a.img"]
        try Content.write([UInt8](repeating: 0xa5, count: 1 << 20), to: path)
        _ = try ChildProcess.run(["ln", path, host.scratch["hard.img"]])
        _ = try ChildProcess.run(["ln", "-s", path, host.scratch["soft.img"]])
        for other in ["hard.img", "soft.img", "./a.img"] {
            var request = try host.request()
            request.mapping = [
                DiskAssignment(source: 0, target: path), DiskAssignment(source: 1, target: host.scratch[other]),
            ]
            let error = try refusal { _ = try Restore.prepare(request) }
            #expect(error.reason == .sameTargetTwice)
        }
        let fresh = host.scratch["new.img"]
        var request = try host.request()
        request.mapping = [
            DiskAssignment(source: 0, target: fresh), DiskAssignment(source: 1, target: host.scratch["./new.img"]),
        ]
        #expect(try refusal { _ = try Restore.prepare(request) }.reason == .sameTargetTwice)
        #expect(try Content.read(path) == [UInt8](repeating: 0xa5, count: 1 << 20))
    }

    @Test("what is no disk is refused", arguments: ["/", "/dev/null", "/dev/no-such-disk", "/no/such/folder/disk.img"])
    func noDisk(path: String) throws {
        let host = try TestHost([Content.random(1 << 20, seed: 1)])
        var request = try host.request()
        request.mapping = [DiskAssignment(source: 0, target: path)]
        #expect(try refusal { _ = try Restore.prepare(request) }.reason == .notADisk)
    }

    @Test("a dry run writes nothing and makes no file")
    func dryRun() throws {
        let host = try TestHost()
        let path = host.scratch["never.img"]
        var request = try host.request()
        request.mapping = [DiskAssignment(source: 0, target: path)]
        let plan = try Restore.prepare(request).plan
        #expect(!Files.exists(path))
        #expect(plan.fetchBytes > 0 && plan.packs > 0)
        #expect(plan.dataBytes + plan.zeroBytes == UInt64(host.disks[0].count))
        #expect(plan.text.contains(path) && plan.text.contains("\(host.disks[0].count) bytes"))
    }
}
