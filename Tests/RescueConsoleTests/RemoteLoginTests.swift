import Foundation
import ProgramHarness
import Testing

/// The program, the image's scripts and Debian's dropbear in a system of their own: processes, network, /etc and /root; logins by
/// OpenSSH on terminals that tmux emulates.
@Suite("Logging in over SSH")
struct RemoteLoginTests {
    /// $1 is the program, $3 the directory of its state.
    private static let system = """
        set -e
        \(RescueProgram.leaveMounts)
        mount -t sysfs sysfs /sys
        ip link set lo up
        ip link add lan0 type veth peer name far0
        ip address add 192.0.2.5/24 dev lan0
        ip link set lan0 up
        ip link set far0 up
        mount -t tmpfs tmpfs /run
        mkdir -p /run/lifeboat /run/work /run/usr/bin /run/usr/lib /run/root /run/etc/lifeboat
        mount --bind "$3" /run/lifeboat
        cp -r '\(recipe)/usr/lib/lifeboat' /run/usr/lib/
        ln -s "$1" /run/usr/bin/lifeboat-rescue
        mount -t overlay overlay -o lowerdir=/usr,upperdir=/run/usr,workdir=/run/work /usr
        cp '\(recipe)'/etc/passwd '\(recipe)'/etc/group '\(recipe)'/etc/shadow '\(recipe)'/etc/nsswitch.conf /run/etc/
        [ ! -e "$3/keys" ] || cp "$3/keys" /run/etc/lifeboat/authorized_keys
        mount --bind /run/etc /etc
        mount --bind /run/root /root
        "$@" --start-ssh
        exec "$@"
        """

    private static let recipe = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../image/root").standardized.path

    private let scratch: Scratch
    private let program: RescueProgram

    init() throws {
        scratch = try Scratch()
        program = try RescueProgram(
            kernelCommandLine: "quiet",
            wrapper: [
                "/usr/bin/unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c",
                Self.system, "sh",
            ])
    }

    /// Runs a command in the program's system, to its end.
    private func inside(_ words: String...) throws -> Outcome {
        try Child(["nsenter", "-t", "\(program.processID)", "-n", "-m"] + words, in: "/").wait(seconds: 30)
    }

    private var listens: Bool {
        get throws { try inside("bash", "-c", "exec 3<>/dev/tcp/192.0.2.5/22").status == 0 }
    }

    /// A terminal with `ssh root@192.0.2.5`; says `ENDED` with the status when that is over.
    private func login(terminal: String = "xterm", _ options: String = "") throws -> TmuxTerminal {
        let ssh = "env TERM=\(terminal) ssh -o UserKnownHostsFile=/run/known_hosts \(options) root@192.0.2.5"
        return try TmuxTerminal(
            "nsenter -t \(program.processID) -n -m \(ssh); echo ENDED $?; exec sleep 300", in: scratch)
    }

    /// Asks the menu for something and waits until it says `text`; returns all that it said since.
    private func ask(_ line: String, until text: String) throws -> String {
        let before = program.transcript
        try program.type(line)
        let deadline = ContinuousClock.now + .seconds(20)
        while true {
            let said = program.transcript.dropFirst(before.count)
            if let found = said.range(of: text), said[found.upperBound...].contains("> ") { return String(said) }
            guard ContinuousClock.now < deadline else { throw HarnessError("no \"\(text)\" in \(said)") }
            usleep(20_000)
        }
    }

    @Test("a one-time password lets in once, the host key is the one that was shown, and off ends all of it")
    func password() throws {
        try program.start()
        #expect(program.says("Choice> "))
        #expect(try ask("7", until: "nothing listens").contains("SSH is off"))
        #expect(try !listens)
        let on = try ask("password", until: "Password  ")
        #expect(on.contains("ssh root@192.0.2.5"))
        let password = String(try #require(on.firstMatch(of: #/Password    ([a-z2-9-]{14})\n/#)).1)
        let key = String(try #require(on.firstMatch(of: #/Host key    (SHA256:\S+)\n/#)).1)

        let first = try login()
        try first.answer("Are you sure you want to continue connecting", "yes")
        #expect(try first.see(key).contains(key))
        try first.answer("password:", password)
        try first.see("q  Log out")
        let second = try login()
        try second.answer("password:", password)
        try second.see("Permission denied")
        try second.close()
        let used = try ask("r", until: "USED: it does not work any more")
        #expect(used.contains(" from 192.0.2.5") && used.contains("SSH IS ON"))

        let again = try ask("password", until: "Password  ")
        let another = String(try #require(again.firstMatch(of: #/Password    ([a-z2-9-]{14})\n/#)).1)
        #expect(another != password && again.contains(key))
        // A terminal that the image does not know.
        let third = try login(terminal: "strange-terminal")
        try third.answer("password:", another)
        try third.answer("q  Log out", "q")
        try third.see("ENDED 0")

        _ = try ask("off", until: "SSH is off")
        try first.see("ENDED")
        #expect(try !listens)
        #expect(try inside("cat", "/etc/shadow").output.hasPrefix("root:*:"))
        #expect(!FileManager.default.fileExists(atPath: program.directory.appending(path: "ssh/password").path))
    }

    @Test("an image that was built with a key is open to that key from the start, and to no password")
    func key() throws {
        try scratch.sh("ssh-keygen -q -t ed25519 -N '' -C night@desk -f key && ssh-keygen -q -t ed25519 -N '' -f other")
        try Data(try scratch.read("key.pub")).write(to: program.directory.appending(path: "keys"))
        try Data("ssh=keys".utf8).write(to: program.directory.appending(path: "rescue.conf"))
        try program.start()
        #expect(program.says("7  SSH access: ON\n"))
        #expect(try ask("7", until: "night@desk").contains("SSH IS ON for keys only."))
        let options = "-o StrictHostKeyChecking=no -o IdentitiesOnly=yes -i"
        let stranger = try login("\(options) '\(scratch("other"))' -o NumberOfPasswordPrompts=1")
        try stranger.answer("password:", "abcd-efgh-jkmn")
        try stranger.see("Permission denied")
        let owner = try login("\(options) '\(scratch("key"))'")
        try owner.see("q  Log out")
        // Whatever else is asked for is the menu, and that needs a terminal.
        let command = try inside(
            "bash", "-c", "ssh -o UserKnownHostsFile=/run/known_hosts \(options) '\(scratch("key"))' root@192.0.2.5 id")
        #expect(command.status != 0 && command.output.contains("The menu needs a terminal"))
        #expect(!command.output.contains("uid="))
        _ = try ask("off", until: "SSH is off")
        try owner.see("ENDED")
    }
}
