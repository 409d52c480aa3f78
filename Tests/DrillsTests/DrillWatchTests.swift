import Drills
import Testing

@Suite struct DrillWatchTests {
    @Test(
        "what a machine says ends its start, wherever the text is cut",
        arguments: [
            ("Debian GNU/Linux 12 web01 ttyS0\n\nweb01 login: ", DrillWatch.Finding.login),
            ("Please unlock disk root_crypt: ", .passphraseWanted),
            ("ALERT!  UUID=1 does not exist.  Dropping to a shell!\n\n(initramfs) ", .failure("Dropping to a shell!")),
            ("Kernel panic - not syncing: VFS\nweb01 login: ", .failure("Kernel panic")),
            ("You are in emergency mode. After logging in", .failure("You are in emergency mode")),
        ])
    func cut(_ text: String, _ expected: DrillWatch.Finding) {
        for length in 1...9 {
            var watch = DrillWatch(expected: "login:")
            var found: DrillWatch.Finding?
            var rest = text[...]
            while !rest.isEmpty, found == nil {
                found = watch.take(String(rest.prefix(length)))
                rest = rest.dropFirst(length)
            }
            #expect(found == expected, "in pieces of \(length)")
        }
    }

    @Test("a finding is told once: what comes next is told after a passphrase")
    func once() {
        var watch = DrillWatch(expected: "login:")
        #expect(watch.take("Please unlock disk a: ") == .passphraseWanted)
        #expect(watch.take("\nok\n") == nil)
        #expect(watch.take("web01 login:") == .login)
    }

    @Test("the log of a start that goes on for long is not a login")
    func noise() {
        var watch = DrillWatch(expected: "login:")
        for _ in 0..<1_000 { #expect(watch.take("[  OK  ] Started systemd-logind - User Login Management.\n") == nil) }
    }

    @Test("letters that a reader of screens mistakes in size do not matter")
    func screen() {
        let watch = DrillWatch(expected: "login:")
        #expect(watch.look(at: "Debian GNU/Linux 12 web01 tty1\n\nweb01 Login: _") == .login)
        #expect(DrillWatch(expected: "tty1").look(at: "Debian GNU/Linux 12 web01 ttyl") == .login)
        #expect(watch.look(at: "grub rescue> ") == .failure("grub rescue>"))
        #expect(watch.look(at: "Loading initial ramdisk ...") == nil)
    }

    @Test("escape sequences and control characters are dropped, also when they are cut")
    func plain() {
        var text = ConsoleText()
        #expect(text.plain(Array("\u{1b}[0;1;31mweb01\u{1b}".utf8)) == "web01")
        #expect(text.plain(Array("[0m log".utf8)) == " log")
        #expect(text.plain(Array("in:\r\n\u{7}".utf8) + [0xc3, 0x9f]) == "in:\n??")
    }
}
