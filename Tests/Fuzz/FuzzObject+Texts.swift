import FileSystems
import Inventory
import Markup
import Recovery
import Repository
import RepositoryFormat
import Transfer

/// Other texts and tables that come from outside.
extension FuzzObject {
    static let texts: [FuzzObject] = [
        FuzzObject(
            name: "time",
            seeds: ["latest", "90s", "@3.17", "2026-11-22T18:00:00.25+01:00", "2026-11-22 18:00"].map { Array($0.utf8) }
        ) { bytes, _ in
            let text = String(decoding: bytes, as: UTF8.self)
            _ = TimeExpression(text)?.nanoseconds(now: 1_795_000_000_000_000_000)
            guard let time = Timestamp.parse(text) else { return }
            let second = Timestamp.text(ofNanoseconds: time)
            // The first second that 64 bits can hold begins before the first nanosecond.
            guard let again = Timestamp.parse(second) else { return precondition(time < .min + 1_000_000_000) }
            precondition(again <= time && time - again < 1_000_000_000, "\(text) is printed as \(second)")
        },
        FuzzObject(name: "content-range", seeds: ["bytes 0-99/1234", "bytes 5-5/*"].map { Array($0.utf8) }) {
            bytes, _ in
            _ = ContentRange(String(decoding: bytes, as: UTF8.self))
        },
        FuzzObject(name: "object-name", seeds: [Array(ObjectName.packIndex(Seeds.digest(0x3f)).utf8)]) { bytes, _ in
            let name = String(decoding: bytes, as: UTF8.self)
            _ = ObjectName.packID(ofIndex: name)
            guard ObjectName.isSafe(name) else { return }
            precondition(!name.hasPrefix("/") && !name.split(separator: "/").contains(".."), "\(name) leaves the tree")
        },
        FuzzObject(name: "lvm-text", seeds: [Seeds.lvm]) { bytes, _ in _ = try LVMTextParser.parse(bytes).strings },
    ]

    /// Definitions of guests on a restored host.
    static let guests: [FuzzObject] = [
        FuzzObject(name: "libvirt-domain", seeds: [Seeds.domain]) { bytes, _ in
            _ = Guest(domain: try XMLElement(parsing: bytes), path: "x")
        },
        FuzzObject(
            name: "proxmox-guest",
            seeds: [Array("cpu: host,flags=+aes\nmemory: 512\nscsi0: a:b,size=1G\nusb0: host=0bda:8153\n[x]\n".utf8)]
        ) { bytes, _ in
            _ = Guest(proxmox: String(decoding: bytes, as: UTF8.self), number: "100", path: "x")
        },
    ]

    static let tables: [FuzzObject] = [
        FuzzObject(name: "gpt-header", seeds: [Seeds.gpt]) { bytes, repairs in
            guard let header = GPTHeader(sector: repairs ? Seeds.withChecksum(bytes) : bytes) else { return }
            precondition(header.entriesLength > 0 && header.entriesLength <= Int(GPTHeader.entriesLimit))
        },
        FuzzObject(name: "file-system", seeds: []) { bytes, _ in
            // What lies behind the input is zeros.
            let disk = MemoryDisk(bytes, size: 8 << 20)
            // XFS and NTFS are read by their own tools.
            let found = volumes(of: disk).filter { volume in
                ![.fileSystem("xfs"), .fileSystem("ntfs")].contains(volume.content)
            }
            let space = freeSpace(of: disk, volumes: found)
            for (one, next) in zip(space.ranges, space.ranges.dropFirst()) {
                precondition(one.upperBound < next.lowerBound, "free ranges out of order")
            }
            precondition(space.ranges.allSatisfy { !$0.isEmpty && $0.upperBound <= 8 << 20 }, "free beyond the disk")
        },
    ]

    /// What members of arrays and containers say of themselves.
    static let members: [FuzzObject] = [
        FuzzObject(name: "array-member", seeds: [Seeds.arrayMember]) { bytes, _ in
            guard let member = ArrayMember(bytes) else { return }
            precondition(member.memberCount > 0)
            for present in 0...member.memberCount {
                let start = member.level.start(with: present, of: member.memberCount)
                precondition((start == .whole) == (present == member.memberCount), "\(present) of \(member)")
            }
        },
        FuzzObject(
            name: "luks-metadata",
            seeds: [
                Array(
                    #"{"keyslots":{"0":{},"1":{}},"tokens":{"0":{"type":"systemd-tpm2","keyslots":["1"]}}}"#.utf8)
            ]
        ) { bytes, _ in _ = KeySlots(json: bytes)?.warning },
    ]
}
