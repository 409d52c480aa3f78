import Glibc
import Inventory
import LinuxSystem
import RescueConsole

/// SSH into the rescue system: dropbear, on while a person wants it. What it needs lies in a directory of the state, for all
/// consoles (image/README.md).
struct RemoteAccessService {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// What every login gets (image/root/usr/lib/lifeboat/ssh-menu).
    private static let menu = "/usr/lib/lifeboat/ssh-menu"
    private static let imageKeys = "/etc/lifeboat/authorized_keys"
    private static let rootKeys = "/root/.ssh/authorized_keys"
    private static let passwords = "/etc/shadow"

    private let directory: String
    private func file(_ name: String) -> String { "\(directory)/\(name)" }

    init(_ options: AgentOptions) { directory = options.stateDirectory + "/ssh" }

    var isOn: Bool { DropbearListener(pidFile: file("pid")) != nil }

    func change(_ change: RemoteAccess.Change) throws -> RemoteAccess {
        guard change != .look else { return try look() }
        guard access(Self.menu, X_OK) == 0 else {
            throw Failure(
                description: "This is not the rescue image (no \(Self.menu)): SSH is not switched on or off from here.")
        }
        try Files.makeDirectories(directory, mode: 0o700)
        // Held until the end: another console may do the same.
        let lock = try FileDescriptor(file("lock"), [.write, .create])
        guard try lock.lockExclusively() else {
            throw Failure(description: "Another console is switching SSH. Try again.")
        }
        switch change {
        case .on(let mode):
            do { try switchOn(mode) } catch {
                try switchOff()
                throw Failure(description: "SSH could not be switched on and is off: \(error)")
            }
        case .off: try switchOff()
        case .look: break
        }
        return try look()
    }

    private func look() throws -> RemoteAccess {
        let listener = DropbearListener(pidFile: file("pid"))
        let mode = Files.text(of: file("mode")).flatMap(RemoteAccess.Mode.init)
        var access = RemoteAccess(mode: listener == nil ? nil : mode)
        access.keyNames = keys.keys.map(\.name)
        guard let listener, access.mode != nil else { return access }
        access.addresses = NetworkInterface.all().filter { $0.kind != .loopback }.flatMap(\.addresses)
            .map { String($0.prefix { $0 != "/" }) }.filter { !$0.hasPrefix("fe80:") }
        access.fingerprint = try fingerprint()
        access.password = Files.text(of: file("password"))
        access.logins = (Files.text(of: file("logins")) ?? "").split(separator: "\n").compactMap { .init(line: $0) }
        access.connections = try listener.connections().count
        return access
    }

    private var keys: AuthorizedKeys {
        let keys = AuthorizedKeys(Files.text(of: Self.imageKeys) ?? "")
        for line in keys.refused { Terminal.log("ssh: \(Self.imageKeys): not understood, lets nobody in: \(line)") }
        return keys
    }

    private func switchOn(_ mode: RemoteAccess.Mode) throws {
        // First nothing lets in any more, then what shall.
        try forget()
        try write(mode.rawValue, to: file("mode"))
        switch mode {
        case .password:
            var generator = SystemRandomNumberGenerator()
            let password = OneTimePassword(using: &generator).text
            try write(password, to: file("password"))
            try setRootPassword(try hash(of: password))
        case .keys:
            guard !keys.keys.isEmpty else { throw Failure(description: "the image has no keys that it can use.") }
            try Files.makeDirectories(Files.parent(of: Self.rootKeys), mode: 0o700)
            try write(keys.text, to: Self.rootKeys)
        }
        if !Files.exists(file("host_key")) {
            _ = try run("dropbearkey", "-t", "ed25519", "-f", file("host_key"))
        }
        if DropbearListener(pidFile: file("pid")) == nil { try listen() }
        Terminal.log("ssh: on, \(mode.rawValue)")
    }

    /// Three tries a connection, no forwarding, and what is gone without a word is let go after three minutes.
    private func listen() throws {
        _ = try Files.remove(file("pid"))
        _ = try Files.remove(file("logins"))
        _ = try run(
            "dropbear", "-r", file("host_key"), "-P", file("pid"), "-p", "22", "-T", "3", "-j", "-k", "-m", "-K", "60",
            "-c", Self.menu)
        // It writes its id once it stands in the background.
        let deadline = Clocks.monotonicNanoseconds + 5_000_000_000
        while DropbearListener(pidFile: file("pid")) == nil {
            guard Clocks.monotonicNanoseconds < deadline else { throw Failure(description: "dropbear did not start.") }
            Clocks.sleep(nanoseconds: 10_000_000)
        }
    }

    private func switchOff() throws {
        try forget()
        try DropbearListener(pidFile: file("pid"))?.end()
        _ = try Files.remove(file("mode"))
        Terminal.log("ssh: off")
    }

    /// From here on nobody who is not logged in yet gets in.
    private func forget() throws {
        try setRootPassword("*")
        _ = try Files.remove(Self.rootKeys)
        _ = try Files.remove(file("password"))
    }

    private func setRootPassword(_ hash: String) throws {
        let others = (Files.text(of: Self.passwords) ?? "").split(separator: "\n").filter { !$0.hasPrefix("root:") }
        let lines = ["root:\(hash):::::::"] + others.map(String.init)
        try write(lines.joined(separator: "\n") + "\n", to: Self.passwords)
    }

    /// SHA-512 crypt (`crypt(3)`), which is not for several threads: the lock is held.
    private func hash(of password: String) throws -> String {
        guard let hash = crypt(password, "$6$\(try RunningSystem.randomName(bytes: 8))") else {
            throw SystemCallError(call: "crypt", number: errno, path: "one-time password")
        }
        return String(cString: hash)
    }

    private func fingerprint() throws -> String? {
        let said = String(decoding: try run("dropbearkey", "-y", "-f", file("host_key")), as: UTF8.self)
        let start = "Fingerprint: "
        return said.split(separator: "\n").first { $0.hasPrefix(start) }.map { String($0.dropFirst(start.count)) }
    }

    private func run(_ words: String...) throws -> [UInt8] {
        let result = try ChildProcess.run(words)
        guard result.status.isSuccess else {
            let command = words.joined(separator: " ")
            throw Failure(description: "\"\(command)\" failed: \(result.status). \(result.errorText)")
        }
        return result.output
    }

    /// For root alone, and never seen half written. `Files.replace` would keep the mode of the image's own file.
    private func write(_ text: String, to path: String) throws {
        try Files.write(Array(text.utf8), to: path + ".new", mode: 0o600)
        try Files.rename(path + ".new", to: path)
    }
}
