import RescueConsole
import Testing

@Suite("SSH access in the menu")
struct RemoteAccessTests {
    private static func at(_ access: RemoteAccess) -> Operator {
        var person = Operator()
        person.type("7")
        person.bring(.remoteAccess(access))
        return person
    }

    private static let off: RemoteAccess = {
        var off = RemoteAccess(mode: nil)
        off.keyNames = ["night@desk", "ssh-ed25519"]
        return off
    }()

    @Test("off, it says that nothing listens, and offers what the image can")
    func whenOff() {
        #expect(
            Self.at(RemoteAccess(mode: nil)).screen?.lines == [
                "SSH is off: nothing listens on this machine.", "",
                "password  On with a one-time password", "",
                "Whoever logs in gets this menu, and can erase this machine. Enter: main menu.",
            ])
        let screen = Self.at(Self.off).screen
        #expect(screen?.lines.contains("keys      On for the 2 keys that this image was built with") == true)
        #expect(screen?.rows.map(\.answer) == ["password", "keys"])
    }

    @Test("on, it says how to log in, by which key the machine is known, the password, and who was there")
    func whenOn() {
        #expect(
            Self.at(Samples.remoteAccess).screen?.lines == [
                "SSH IS ON with a one-time password.", "",
                "Log in      ssh root@192.0.2.5", "            ssh root@2001:db8::5",
                "Host key    SHA256:Jde5/rkU2SRF5wyGYxxX7XGGx+usxNWQ+Hhg3N8VfdE",
                "Password    abcd-efgh-jkmn", "",
                "password  A new one-time password", "off       SSH off; its connections end", "r         Look again",
                "",
                "Whoever logs in gets this menu, and can erase this machine. Enter: main menu.",
            ])
        var used = Samples.remoteAccess
        used.password = nil
        used.addresses = []
        used.connections = 1
        used.logins = (1...4).compactMap { RemoteAccess.Login(line: "2026-11-27T18:0\($0):00Z 192.0.2.9 ssh-pts0") }
        let lines = Self.at(used).screen?.lines ?? []
        for line in [
            "Password    USED: it does not work any more", "Log in      no address yet (see Network)",
            "Logged in   2026-11-27T18:02:00Z from 192.0.2.9", "            2026-11-27T18:04:00Z from 192.0.2.9",
            "Connected   1 now",
        ] { #expect(lines.contains(line), "\(line) is not in \(lines)") }
        #expect(!lines.contains { $0.contains("18:01") })
    }

    @Test("with keys there is no password, and none can be seen")
    func withKeys() {
        var access = Self.off
        access.mode = .keys
        access.password = "left-over"
        let screen = Self.at(access).screen
        #expect(screen?.lines.first == "SSH IS ON for keys only.")
        #expect(screen?.lines.contains("Keys        night@desk") == true)
        #expect(screen?.rendered.contains("left-over") == false)
        #expect(screen?.rows.map(\.answer) == ["password", "off", "r"])
    }

    @Test(
        "each word asks for what it says",
        arguments: [
            ("password", RemoteAccess.Change.on(.password)), ("keys", .on(.keys)), ("off", .off), ("r", .look),
        ])
    func words(line: String, change: RemoteAccess.Change) {
        var access = Self.off
        access.mode = .password
        var person = Self.at(access)
        person.type(line)
        #expect(person.request == .remoteAccess(change))
        person.bring(.remoteAccess(RemoteAccess(mode: nil)))
        #expect(person.title == "ssh access")
        // The screen was replaced: one step back is the menu.
        person.type("back")
        #expect(person.title == "main menu")
    }

    @Test("the main menu says that SSH is on, from what was seen last")
    func mainMenu() {
        var person = Self.at(Samples.remoteAccess)
        person.type("")
        #expect(person.screen?.lines.contains("7  SSH access: ON") == true)
        person.type("7")
        person.bring(.remoteAccess(RemoteAccess(mode: nil)))
        person.type("menu")
        #expect(person.screen?.lines.contains("7  SSH access") == true)
        var configuration = RescueConfiguration(console: "tty1")
        configuration.isRemoteAccessOn = true
        #expect(Operator(configuration).screen?.lines.contains("7  SSH access: ON") == true)
    }

    @Test("what is not there is explained, and a failure is said", arguments: ["keys", "off", "yes"])
    func nonsense(line: String) {
        var person = Self.at(RemoteAccess(mode: nil))
        person.type(line)
        #expect(person.complaint != nil && person.request == nil && person.title == "ssh access")
        person.type("password")
        person.bring(.failed("dropbear did not start."))
        #expect(person.complaint == "! dropbear did not start.")
        #expect(person.title == "ssh access")
    }

    @Test("a login over SSH can log out; no other console can")
    func logOut() {
        var person = Operator(RescueConfiguration(console: "ssh-pts0"))
        #expect(person.screen?.lines.contains("q  Log out") == true)
        person.type("q")
        #expect(person.actions == [.logOut])
        person = Operator()
        person.type("q")
        #expect(person.complaint != nil && !person.actions.contains(.logOut))
    }

    @Test(
        "boot parameters come before the image, and what they do not know is off",
        arguments: [
            ("quiet", "", nil), ("lifeboat.ssh=password", "", RemoteAccess.Mode.password), ("", "ssh=keys", .keys),
            ("lifeboat.ssh=off", "ssh=keys", nil), ("lifeboat.ssh=on", "", nil), ("ssh=password", "", nil),
        ])
    func configuration(commandLine: String, file: String, mode: RemoteAccess.Mode?) {
        let configuration = RescueConfiguration(kernelCommandLine: commandLine, file: file, console: nil)
        #expect(configuration.remoteAccess == mode)
    }

    @Test("passwords are three groups of four, of all signs but those that look alike, and differ")
    func passwords() {
        var generator = SystemRandomNumberGenerator()
        let passwords = (0..<400).map { _ in OneTimePassword(using: &generator).text }
        for password in passwords {
            #expect(password.wholeMatch(of: #/[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}/#) != nil, "\(password)")
        }
        let signs = Set(passwords.joined()).subtracting(["-"])
        // 4800 signs: one that never came would be a defect, not luck (2 in 10 to the power of 67).
        #expect(signs.count == 31 && signs.isDisjoint(with: ["i", "l", "o", "0", "1"]))
        #expect(Set(passwords).count == passwords.count)
    }

    @Test("of keys only type and key reach the SSH server; lines with options and private keys do not")
    func keys() {
        let keys = AuthorizedKeys(
            """
            # the desk
            ssh-ed25519 AAAAC3Nz night desk
              ecdsa-sha2-nistp256 AAAAE2Vj

            command="sh",permit-pty ssh-ed25519 AAAAC3Nz other
            -----BEGIN OPENSSH PRIVATE KEY-----
            ssh-ed25519
            """)
        #expect(keys.keys.map(\.name) == ["night desk", "ecdsa-sha2-nistp256"])
        #expect(keys.refused.count == 3)
        let options = "no-port-forwarding,no-agent-forwarding,no-X11-forwarding"
        #expect(
            keys.text == "\(options) ssh-ed25519 AAAAC3Nz\n\(options) ecdsa-sha2-nistp256 AAAAE2Vj\n")
    }
}

extension Samples {
    /// Switched on, not yet used.
    static let remoteAccess: RemoteAccess = {
        var access = RemoteAccess(mode: .password)
        access.addresses = ["192.0.2.5", "2001:db8::5"]
        access.fingerprint = "SHA256:Jde5/rkU2SRF5wyGYxxX7XGGx+usxNWQ+Hhg3N8VfdE"
        access.password = "abcd-efgh-jkmn"
        return access
    }()
}
