import Recovery
import Testing

@Suite("Members of md arrays")
struct ArrayMemberTests {
    @Test("a superblock says the array's name, level and members, and whether this one held data")
    func fields() throws {
        let member = try #require(
            ArrayMember(ArraySample(level: 5, members: 3, device: 2, roles: [0, 1, 2]).superblock))
        #expect(member.name == "web01:0" && member.level == ArrayLevel(5) && member.memberCount == 3 && member.isActive)
    }

    @Test("a spare, a failed member and a journal held no data", arguments: [UInt16(0xffff), 0xfffe, 0xfffd])
    func inactive(role: UInt16) throws {
        let member = try #require(ArrayMember(ArraySample(device: 1, roles: [0, role]).superblock))
        #expect(!member.isActive)
    }

    @Test("levels are named as the kernel names them", arguments: [(-1, "linear"), (0, "raid0"), (10, "raid10")])
    func level(number: Int32, name: String) { #expect("\(ArrayLevel(number))" == name) }

    @Test("what is no superblock, or contradicts itself, is none")
    func damaged() {
        let good = ArraySample().superblock
        #expect(ArrayMember([]) == nil && ArrayMember(Array(good.prefix(255))) == nil)
        // magic, version, number of members, own number beyond the roles, roles beyond the bytes
        for (offset, value) in [(0, UInt8(0)), (4, 2), (92, 0), (95, 0x80), (160, 2), (223, 0xff)] {
            var bytes = good
            bytes[offset] = value
            #expect(ArrayMember(bytes) == nil, "\(offset)")
        }
        #expect(ArrayMember(Array(ArraySample(device: 1).superblock.prefix(257))) == nil)
    }

    @Test("it lies where its version says")
    func places() {
        #expect(ArrayMember.offset(version: "1.1", memberSize: 1 << 20) == 0)
        #expect(ArrayMember.offset(version: "1.2", memberSize: 1 << 20) == 4096)
        // The kernel: (size in sectors - 16) rounded down to 8.
        #expect(ArrayMember.offset(version: "1.0", memberSize: (1 << 20) + 512) == (1 << 20) - 8192)
        #expect(ArrayMember.offset(version: "1.0", memberSize: 4096) == nil)
        #expect(ArrayMember.offset(version: "0.90.0", memberSize: 1 << 20) == nil)
    }

    @Test(
        "with how many members each level starts",
        arguments: [
            (1, 1, 2, ArrayLevel.Start.degraded), (1, 0, 2, .impossible), (1, 2, 2, .whole), (1, 1, 3, .degraded),
            (0, 1, 2, .impossible), (0, 2, 2, .whole), (-1, 1, 2, .impossible), (5, 2, 3, .degraded),
            (5, 1, 3, .impossible), (4, 2, 3, .degraded), (6, 2, 4, .degraded), (6, 1, 4, .impossible),
            (10, 3, 4, .doubtful), (10, 0, 4, .impossible), (77, 1, 2, .impossible),
        ])
    func start(level: Int32, present: Int, all: Int, expected: ArrayLevel.Start) {
        #expect(ArrayLevel(level).start(with: present, of: all) == expected)
    }
}
