import ProgramHarness
import Testing

/// `lifeboat diff`, judged by comparing the restored disks byte for byte.
@Suite struct DiffTests {
    private static let size = 4 << 20

    /// Two disks, scanned; random writes, zeros and discards; scanned again; more writes.
    private struct Made {
        let scratch: Scratch
        /// Positions from the first scan to the last write.
        var states: [String] = []

        init(seed: UInt64) throws {
            scratch = try Scratch()
            _ = try scratch.newRepository()
            for disk in 0..<2 {
                try Disk.write(Disk.random(DiffTests.size, seed: seed + UInt64(disk)), to: scratch("d\(disk)"))
            }
            try scratch.capture("d0", "d1")
            states.append(try newestMoment())
            try write(seed: seed + 10, count: 60)
            try Disk.write(Disk.random(65_536, seed: seed + 3), to: scratch("d0"), at: 1 << 20)
            try scratch.capture("d0", "d1")
            states.append(try newestMoment())
            try write(seed: seed + 20, count: 60)
        }

        private mutating func write(seed: UInt64, count: Int) throws {
            var generator = seed
            func next(_ limit: Int) -> Int {
                generator = generator &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Int(generator >> 33) % limit
            }
            var script: [String] = []
            for number in 0..<count {
                let length = (1 + next(64)) * 512
                let place = "\(number * 11) \(next(2)) \(next((DiffTests.size - length) / 512) * 512) \(length)"
                // Some writes are repeated: other bytes, then the same again.
                let kinds = ["write \(place) \(seed + UInt64(next(count)))", "zero \(place)", "discard \(place)"]
                script.append(kinds[max(0, next(6) - 3)])
                if number % 13 == 0 { script.append("publish") }
                if number == 40 { script.append("rollup") }
            }
            let fed = try scratch.feed(script)
            states += [0, 1, count / 2, script.count - 1].map { fed.positions[$0] }
        }

        private func newestMoment() throws -> String {
            let json = try scratch.lifeboat("timeline", "web01", "--repository", "repository", "--json").expecting(0)
                .json()
            let parts = (json["moments"].list.last?["position"].text ?? "").split(separator: ".").map {
                UInt64($0) ?? 0
            }
            return "@\(parts[0]).\(parts[1])"
        }

        func contents(_ state: String, disk: Int) throws -> [UInt8] {
            _ = try scratch.lifeboat(
                "restore", "web01", "--repository", "repository", "--at", state, "--disk", "\(disk)=t", "--confirm",
                "t",
                "--quiet"
            ).expecting(0)
            defer { _ = try? scratch.sh("rm t") }
            return try scratch.read("t")
        }

        func diff(_ words: String...) throws -> Outcome {
            try scratch.lifeboat(["diff", "web01", "--repository", "repository"] + words)
        }
    }

    @Test("whatever differs is listed, and what was not touched is not", arguments: [UInt64(1), 20_261_122])
    func judged(seed: UInt64) throws {
        let made = try Made(seed: seed)
        var disks: [[[UInt8]]] = []
        for state in made.states { disks.append(try (0..<2).map { try made.contents(state, disk: $0) }) }
        for (one, first) in made.states.enumerated() {
            for (two, second) in made.states.enumerated() where two >= one {
                let json = try made.diff("--at", first, "--and", second, "--json", "--all").expecting(0).json()
                for disk in 0..<2 {
                    let found = json["disks"][disk]
                    let ranges = found["ranges"].list.map { ($0["offset"].int ?? -1, $0["length"].int ?? 0) }
                    var listed = Set<Int>()
                    for (offset, length) in ranges {
                        for sector in offset / 512..<(offset + length) / 512 { listed.insert(sector) }
                    }
                    #expect(found["changedBytes"].int == listed.count * 512)
                    #expect(found["extents"].int == ranges.count && found["isCut"].bool == false)
                    let changed = Set(
                        (0..<Self.size / 512).filter { sector in
                            let bytes = sector * 512..<(sector + 1) * 512
                            return disks[one][disk][bytes] != disks[two][disk][bytes]
                        })
                    #expect(changed.subtracting(listed) == [], "seed \(seed): \(first) \(second) disk \(disk)")
                    // Writes of at most 32 KiB, some that changed nothing; scans are stored in other chunks.
                    #expect(listed.count <= 60 * 64 * 2, "seed \(seed): \(first) \(second) disk \(disk)")
                    if one == two { #expect(listed.isEmpty) }
                }
                let reverse = try made.diff("--at", second, "--and", first, "--json", "--all").expecting(0).json()
                #expect(reverse["disks"] == json["disks"])
            }
        }
    }

    @Test("a long list is cut, its totals are not; one disk can be asked for")
    func text() throws {
        let scratch = try Scratch()
        _ = try scratch.newRepository()
        try Disk.write(Disk.random(1 << 20, seed: 1), to: scratch("disk"))
        try scratch.capture("disk")
        let fed = try scratch.feed(["tick 1"] + (0..<30).map { "write \($0 + 2) 0 \($0 * 8192) 512 \($0 + 5)" })
        let words = ["diff", "web01", "--repository", "repository", "--at", fed.at(1), "--and", "latest"]
        let text = try scratch.lifeboat(words).expecting(0).output
        #expect(
            text.contains("10 more: --all") && text.contains("15.0 KiB of 1.0 MiB (1.5 %) in 30 extents"), "\(text)")
        #expect(text.contains("           155,648  512 bytes") && !text.contains("163,840"), "\(text)")
        let all = try scratch.lifeboat(words + ["--all"]).expecting(0).output
        #expect(all.contains("237,568  512 bytes") && all.contains("in 30 extents") && !all.contains("more"), "\(all)")
        let json = try scratch.lifeboat(words + ["--json"]).expecting(0).json()
        #expect(json["disks"][0]["ranges"].list.count == 20 && json["disks"][0]["isCut"].bool == true)
        let members = [
            "disks[].changedBytes", "disks[].disk", "disks[].extents", "disks[].isCut", "disks[].ranges[].length",
            "disks[].ranges[].offset", "disks[].sizes", "host", "moments[].label", "moments[].position",
            "moments[].quality", "moments[].time",
        ]
        #expect(Set(members).subtracting(json.members + ["disks[].sizes"]) == [])
        let none = try scratch.lifeboat(words + ["--disk", "3"])
        #expect(none.status == 3 && none.errors.contains("it has 0"), "\(none)")
    }

    @Test("a disk that has grown differs where it has grown")
    func grown() throws {
        let scratch = try Scratch()
        _ = try scratch.newRepository()
        try Disk.write(Disk.random(1 << 20, seed: 1), to: scratch("disk"))
        let first = try scratch.capture("disk")["moment"].text ?? ""
        try scratch.sh("truncate -s 3M disk")
        try scratch.capture("disk")
        let json = try scratch.lifeboat(
            "diff", "web01", "--repository", "repository", "--at", first, "--and", "latest", "--json"
        ).expecting(0).json()
        let disk = json["disks"][0]
        #expect(disk["sizes"].list.compactMap(\.int) == [1 << 20, 3 << 20])
        #expect(disk["changedBytes"].int == 2 << 20 && disk["ranges"][0]["offset"].int == 1 << 20)
    }
}
