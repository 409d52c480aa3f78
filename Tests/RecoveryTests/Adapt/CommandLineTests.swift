import BlockDevices
import Inventory
import Recovery
import Testing

@Suite("Kernel command lines of a restored system")
struct CommandLineTests {
    private static let root = ConfigurationTests.root
    private static let swap = ConfigurationTests.swap

    @Test(
        "root= and resume= with kernel names get UUIDs wherever they stand",
        arguments: [
            (
                "/etc/default/grub", "GRUB_CMDLINE_LINUX=\"resume=/dev/vda5 quiet\"\n#root=/dev/vda1\n",
                "GRUB_CMDLINE_LINUX=\"resume=UUID=\(swap) quiet\"\n#root=/dev/vda1\n"
            ),
            ("/etc/kernel/cmdline", "root=/dev/vda1 ro", "root=UUID=\(root) ro"),
            (
                "/boot/grub/grub.cfg",
                "set root='hd0,msdos1'\n\tlinux\t/vmlinuz root=/dev/vda1 ro  quiet\n\tinitrd /i\n",
                "set root='hd0,msdos1'\n\tlinux\t/vmlinuz root=UUID=\(root) ro  quiet\n\tinitrd /i\n"
            ),
            ("/boot/grub/grub.cfg", "linux /vmlinuz root=/dev/vda1\n", "linux /vmlinuz root=PARTUUID=0badcafe-01\n"),
            (
                "/boot/loader/entries/a-5.14.conf",
                "linux /vmlinuz\ninitrd /i\noptions root=/dev/vda1 ro resume=/dev/vda5\n",
                "linux /vmlinuz\ninitrd /i\noptions root=UUID=\(root) ro resume=UUID=\(swap)\n"
            ),
            (
                "/boot/extlinux/extlinux.conf", "  append initrd=/i root=/dev/vda1 ro\n",
                "  append initrd=/i root=UUID=\(root) ro\n"
            ),
            (
                "/boot/grub/menu.lst", "kernel /vmlinuz root=/dev/vda1\ninitrd /i\n",
                "kernel /vmlinuz root=UUID=\(root)\ninitrd /i\n"
            ),
            (
                "/boot/efi/EFI/fedora/grub.cfg", "linuxefi /v root=/dev/vda1\ninitrdefi /i\n",
                "linuxefi /v root=UUID=\(root)\ninitrdefi /i\n"
            ),
        ])
    func commandLines(path: String, before: String, after: String) throws {
        let files = try ConfigurationTests.virtual([path: before])
        #expect(try files.adapt(with: ConfigurationStep()).warnings == [])
        #expect(files[path] == after)
        #expect(try ConfigurationStep().prove(files.system).allSatisfy(\.holds))
    }

    @Test("GRUB's environment block keeps its 1024 bytes")
    func environmentBlock() throws {
        let text = "# GRUB Environment Block\nsaved_entry=a\nkernelopts=root=/dev/vda1 ro\n"
        let fill = String(repeating: "#", count: 1024 - text.utf8.count)
        let files = try ConfigurationTests.virtual(["/boot/grub2/grubenv": text + fill])
        try files.adapt(with: ConfigurationStep())
        let block = try #require(files["/boot/grub2/grubenv"])
        #expect(block.utf8.count == 1024)
        #expect(block.hasPrefix("# GRUB Environment Block\nsaved_entry=a\nkernelopts=root=UUID=\(Self.root) ro\n###"))
        #expect(try ConfigurationStep().prove(files.system).map(\.holds) == [true])
    }

    @Test("each entry's root is proven, and one that leads nowhere is named")
    func proofs() throws {
        let files = try ConfigurationTests.virtual([
            "/boot/grub2/grub.cfg": "linux /a root=UUID=\(Self.root)\ninitrd /i\nlinux /b root=UUID=\(Self.root)\n",
            "/boot/loader/entries/old.conf": "options root=UUID=dead ro\n",
            "/boot/loader/entries/new.conf": "options $kernelopts\n",
        ])
        let proofs = try ConfigurationStep().prove(files.system)
        #expect(proofs.map(\.holds) == [true, false])
        #expect(proofs[1].statement.contains("old.conf") && proofs[1].detail.contains("UUID"))
    }

    @Test("a root that nothing explains is the root file system, if it is the only root that entries name")
    func onlyRoot() throws {
        let entry = "linux /v root=/dev/sdx7 ro\ninitrd /i\n"
        let files = try ConfigurationTests.virtual(["/boot/grub/grub.cfg": entry])
        try files.adapt(with: ConfigurationStep())
        #expect(files["/boot/grub/grub.cfg"] == "linux /v root=UUID=\(Self.root) ro\ninitrd /i\n")
        let two = entry + "linux /v root=/dev/sdx8\n"
        try files.write(Array(two.utf8), to: "/boot/grub/grub.cfg")
        #expect(try files.adapt(with: ConfigurationStep()).warnings.count == 2)
        #expect(files["/boot/grub/grub.cfg"] == two)
    }

    @Test("a file that is not UTF-8 is left alone with a warning")
    func notText() throws {
        let files = try ConfigurationTests.virtual([:])
        try files.write(Array("root=/dev/vda1 ".utf8) + [0xff, 0xfe], to: "/etc/kernel/cmdline")
        let plan = try ConfigurationStep().plan(files.system)
        #expect(plan.changes.isEmpty && plan.warnings.count == 1 && plan.warnings[0].contains("UTF-8"))
    }
}
