import Recovery
import Testing

@Suite("Boot menus")
struct BootMenuTests {
    /// As Debian's grub-mkconfig writes it, shortened.
    private static let debian = """
        if [ -s $prefix/grubenv ]; then
          set have_grubenv=true
          load_env
        fi
        if [ "${next_entry}" ] ; then
           set default="${next_entry}"
        else
           set default="DEFAULT"
        fi
        function gfxmode {
        \tset gfxpayload="${1}"
        }
        menuentry 'Debian GNU/Linux' --class debian $menuentry_id_option 'gnulinux-simple-0b3c' {
        \tsearch --no-floppy --fs-uuid --set=root 0b3c
        \techo\t'Loading Linux {'
        \tlinux\t/boot/vmlinuz-6.1.0-2 root=UUID=0b3c ro # quiet
        \tinitrd\t/boot/initrd.img-6.1.0-2
        }
        submenu 'Advanced options' $menuentry_id_option 'gnulinux-advanced-0b3c' {
        \tmenuentry 'Debian, with Linux 6.1.0-1' $menuentry_id_option 'old' {
        \t\tlinux\t"/boot/vmlinuz 1" ro
        \t\tinitrd\t/boot/early.img /boot/initrd.img-1
        \t}
        }
        menuentry "Memory test" { linux16 /boot/memtest }
        """

    @Test(
        "the entry that starts by itself is found by number, identifier, title, and in submenus",
        arguments: [
            ("0", nil, "/boot/vmlinuz-6.1.0-2"), ("1>0", nil, "/boot/vmlinuz 1"),
            ("gnulinux-advanced-0b3c>old", nil, "/boot/vmlinuz 1"), ("Debian GNU/Linux", nil, "/boot/vmlinuz-6.1.0-2"),
            ("${saved_entry}", "# GRUB Environment Block\nsaved_entry=1>old\n####", "/boot/vmlinuz 1"),
            ("${saved_entry}", nil, "/boot/vmlinuz-6.1.0-2"), ("no such entry", nil, "/boot/vmlinuz-6.1.0-2"),
        ] as [(String, String?, String)])
    func defaults(value: String, environment: String?, kernel: String) {
        let menu = GRUBMenu(Self.debian.replacing("DEFAULT", with: value))
        #expect(menu.defaultEntry(environment: environment)?.kernels == [kernel])
        #expect(menu.entries.first?.title == "Debian GNU/Linux")
        #expect(menu.entries[1].children.first?.initramfs == ["/boot/early.img", "/boot/initrd.img-1"])
        #expect(!menu.usesBLS)
    }

    @Test("an entry has its kernel's command line, where it starts Linux; GRUB's variables are put in")
    func commandLine() {
        let menu = GRUBMenu(Self.debian)
        #expect(menu.entries[0].arguments == ["root=UUID=0b3c", "ro"])
        let xen = GRUBMenu("menuentry 'Xen' {\n multiboot2 /xen.gz dom0_mem=1G\n module2 /vmlinuz root=/dev/sda1\n}")
        #expect(xen.entries[0].arguments == nil && xen.entries[0].kernels == ["/xen.gz"])
        let words = ["root=/dev/sda1", "$vt_handoff", "${kernelopts}", "ro"]
        let line = DefaultStart.commandLine(words, ["kernelopts": "root=UUID=1 quiet"])
        #expect(line == "root=/dev/sda1 root=UUID=1 quiet ro")
        #expect(DefaultStart.commandLine([], [:]).isEmpty)
    }

    @Test("entries of the Boot Loader Specification name kernel and initramfs")
    func entry() {
        let entry = LoaderEntries.entry(
            "# made by kernel-install\ntitle   Debian 12\nlinux\t/abc/6.1/linux\ninitrd /abc/6.1/initrd\noptions ro\n",
            name: "abc-6.1.conf")
        #expect(entry.title == "Debian 12" && entry.kernels == ["/abc/6.1/linux"])
        #expect(entry.initramfs == ["/abc/6.1/initrd"] && entry.arguments == ["ro"])
    }

    @Test(
        "systemd-boot's default is what its pattern names, else the newest",
        arguments: [
            (nil, "debian-6.10.conf"), ("timeout 3\ndefault debian-6.9\n", "debian-6.9.conf"),
            ("default arch-*\n", "arch-1.conf"), ("default gone.conf\n", "debian-6.10.conf"),
        ] as [(String?, String)])
    func newest(configuration: String?, expected: String) {
        let names = ["arch-1.conf", "debian-6.10.conf", "debian-6.9.conf"]
        #expect(LoaderEntries.defaultName(names, configuration: configuration) == expected)
    }
}
