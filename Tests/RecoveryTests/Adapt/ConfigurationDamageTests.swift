import BlockDevices
import Inventory
import LinuxSystem
import Recovery
import Testing

@Suite("Damaged configuration of a restored system")
struct ConfigurationDamageTests {
    @Test(
        "random damage never traps, never asks for an impossible change, and planning stays repeatable",
        arguments: 0..<10)
    func damage(seed: UInt64) throws {
        var random = Xorshift(state: seed &* 0x9e37_79b9_7f4a_7c15 | 1)
        var texts: [String: String] = [
            "/etc/fstab":
                "/dev/vda1\t/ ext4 defaults 0 1\nUUID=dead /x xfs rw 0 0\n/dev/disk/by-id/ata-X-part2 /y auto\n",
            "/etc/crypttab": "a /dev/vda2 none luks\nb /dev/vda5 /dev/urandom swap\n",
            "/etc/default/grub": "GRUB_CMDLINE_LINUX=\"root=/dev/vda1 resume=/dev/vda5 cryptdevice=/dev/vda2:x\"\n",
            "/boot/grub/grub.cfg": "linux /v root=/dev/nvme0n1p1 ro\nlinux /v root=/dev/disk/by-path/a-part1\n",
            "/boot/grub2/grubenv": "# GRUB Environment Block\nkernelopts=root=/dev/vda1\n####",
            "/boot/grub/device.map": "(hd0) /dev/vda\n", "/etc/initramfs-tools/conf.d/resume": "RESUME=/dev/vda5\n",
            "/etc/mdadm.conf": "DEVICE /dev/sd*\nARRAY /dev/md0 devices=/dev/vda1,/dev/vda2\n",
            "/etc/lvm/devices/system.devices": "IDTYPE=sys_wwid IDNAME=x\n",
            "/etc/systemd/network/10-lifeboat-a.link": "[Match]\nMACAddress=00:25:90:aa:bb:01\n[Link]\nName=a\n",
        ]
        for sample in NetworkLanguagesTests.samples { texts.merge(sample.files) { $1 } }
        let files = try ConfigurationTests.virtual(texts.merging(NetworkTests.systemd) { $1 })
        files.machine.networkInterfaces = [NetworkTests.card("x", NetworkTests.new[0]), NetworkTests.card("y", "zz")]
        for _ in 0..<8 {
            for (path, text) in texts { try files.write(random.damaged(Array(text.utf8)), to: path) }
            let first = try ConfigurationStep(marksMissingAsNoFail: true).plan(files.system)
            let second = try ConfigurationStep(marksMissingAsNoFail: true).plan(files.system)
            #expect(first.changes.map(\.reason) == second.changes.map(\.reason))
            _ = try ConfigurationStep().prove(files.system)
            let step = NetworkStep(isQuarantined: seed % 2 == 0)
            _ = try step.plan(files.system)
            _ = try step.prove(files.system)
            for file in try step.initramfsFiles(for: files.system) {
                #expect(file.path.hasPrefix("etc/") && !file.path.contains("..") && !file.path.contains("\n"))
            }
        }
    }

    private struct Xorshift: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state
        }

        mutating func damaged(_ bytes: [UInt8]) -> [UInt8] {
            var bytes = bytes
            // What parsers trip over: separators, quotes, marks that join the character before, line ends.
            let pieces: [[UInt8]] = [
                Array(" ".utf8), Array("\r".utf8), Array("\u{301}".utf8), Array("=".utf8), Array("\"".utf8),
                Array(":".utf8),
                Array(",".utf8), Array("/dev/".utf8), Array("\n".utf8), Array("p".utf8),
                Array("99999999999999999999".utf8),
                Array("\\x".utf8), Array("#".utf8), Array("[".utf8), Array("\u{1F600}".utf8), [0xff], [0],
            ]
            for _ in 0..<Int.random(in: 1...6, using: &self) {
                let place = Int.random(in: 0...bytes.count, using: &self)
                switch Int.random(in: 0..<4, using: &self) {
                case 0:
                    bytes.insert(contentsOf: pieces[Int.random(in: 0..<(pieces.count - 2), using: &self)], at: place)
                case 1: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 0...9, using: &self)))
                case 2: bytes.insert(contentsOf: pieces[Int.random(in: 0..<pieces.count, using: &self)], at: place)
                default: bytes = Array(bytes[..<place]) + bytes[max(0, place - 20)...]
                }
            }
            return bytes
        }
    }
}
