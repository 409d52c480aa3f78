import Glibc
import Inventory
import LinuxSystem
import Networking

/// Puts network settings into force and keeps them where both consoles and the boot scripts find them (image/README.md).
struct NetworkSetup: Sendable {
    private static let interfaces = "/sys/class/net"

    let options: AgentOptions

    private var directory: String { options.stateDirectory + "/network" }
    private var file: String { directory + "/settings" }

    /// What is in force; what cannot be read is none.
    var settings: NetworkSettings {
        // Only this program writes the file, and only what it has read.
        (try? NetworkSettings(text: Files.text(of: file) ?? "")) ?? NetworkSettings()
    }

    /// Takes lines in, puts them into force and keeps them. Throws `NetworkError`; then they are not kept.
    func add(_ lines: [String]) throws {
        var new = settings
        var changed: Set<InterfaceName> = []
        for line in lines { if let name = try new.add(line) { changed.insert(name) } }
        try Files.makeDirectories(directory)
        do { try apply(new, changed: changed) } catch {
            throw NetworkError(
                "\(error) What was typed is not kept, and an interface may have half of it: type another line for it.")
        }
        try keep(new)
    }

    /// For the boot scripts: the first time what the kernel's command line says, then again what is in force, for cards
    /// that came later.
    func configure(parameters: [(name: String, value: String)]) throws {
        try Files.makeDirectories(directory)
        var wanted = settings
        if !Files.exists(file) {
            var complaints: [String] = []
            wanted = NetworkSettings(parameters: parameters, complaints: &complaints)
            for complaint in complaints { Terminal.log("network: \(complaint)") }
            if wanted.lines.isEmpty { return }
            // Kept before they are in force: a card may come later.
            try keep(wanted)
        }
        try apply(wanted, changed: [])
    }

    /// What still waits for a card, in words.
    var waiting: [String] { NetworkPlan(settings, present: present).waiting }

    private func keep(_ settings: NetworkSettings) throws {
        try Files.write(Array(settings.text.utf8), to: file + ".new")
        try Files.rename(file + ".new", to: file)
    }

    private var present: [NetworkPlan.Present] {
        NetworkInterface.all().filter { $0.kind != .loopback }.map { interface in
            // The members of a bond all show its address; their own is kept beside.
            let own = Files.text(of: "\(Self.interfaces)/\(interface.name)/bonding_slave/perm_hwaddr")
            return NetworkPlan.Present(
                name: interface.name, hardwareAddress: own ?? interface.macAddress,
                isCard: interface.kind == .physical, memberOf: interface.memberOf)
        }
    }

    private func apply(_ settings: NetworkSettings, changed: Set<InterfaceName>) throws {
        let plan = NetworkPlan(settings, changed: changed, present: present)
        for action in plan.actions { try perform(action) }
        try writeResolver()
        let names = plan.fixed.sorted()
        if !names.isEmpty { try Files.write(Array(names.joined(separator: "\n").utf8), to: directory + "/fixed") }
        for line in plan.waiting { Terminal.log("network: \(line)") }
    }

    private func perform(_ action: NetworkAction) throws {
        switch action {
        case .run(let words): if let why = try ip(words) { throw NetworkError(why) }
        case .attempt(let words): _ = try ip(words)
        case .create(let name, let words):
            if let why = try ip(words), !Files.exists("\(Self.interfaces)/\(name)") { throw NetworkError(why) }
        case .write(let text, let name, let file):
            try Files.write(Array(text.utf8), to: "\(Self.interfaces)/\(name)/\(file)")
        case .keepDHCPAway(let name): try keepDHCPAway(name)
        case .letDHCP(let name):
            try remove("\(name).manual")
            try Files.write([], to: "\(directory)/\(name).dhcp")
        case .nameServers(let servers, let search, let name):
            let lines =
                servers.map { "nameserver \($0)\n" }
                + (search.isEmpty ? [] : ["search \(search.joined(separator: " "))\n"])
            if lines.isEmpty {
                try remove("\(name).dns")
            } else {
                try Files.write(Array(lines.joined().utf8), to: "\(directory)/\(name).dns")
            }
        }
    }

    /// First the sign that its client heeds, then its end, then what it had brought.
    private func keepDHCPAway(_ name: String) throws {
        try Files.write([], to: "\(directory)/\(name).manual")
        try remove("\(name).dhcp")
        if let client = Files.text(of: "\(directory)/\(name).pid").flatMap({ pid_t($0) }), client > 1 {
            _ = kill(client, SIGTERM)
        }
        if Files.exists("\(directory)/\(name).lease") { _ = try ip(["-4", "address", "flush", "dev", name]) }
        for kind in ["pid", "lease", "dns", "trouble"] { try remove("\(name).\(kind)") }
    }

    private func remove(_ name: String) throws {
        let path = "\(directory)/\(name)"
        if Files.exists(path) { _ = try Files.remove(path) }
    }

    /// Why it failed; nil when it did not.
    private func ip(_ words: [String]) throws -> String? {
        let result = try ChildProcess.run(["ip"] + words)
        let command = "ip " + words.joined(separator: " ")
        Terminal.log("network: \(command)")
        guard result.status != .exited(0) else { return nil }
        return "\"\(command)\" failed: \(result.errorText.isEmpty ? "\(result.status)" : result.errorText)."
    }

    /// The settings' name servers first, then those of interfaces; each line once.
    private func writeResolver() throws {
        var lines: [Substring] = []
        for name in try Files.names(in: directory) where name.hasSuffix(".dns") {
            for line in (Files.text(of: "\(directory)/\(name)") ?? "").split(separator: "\n")
            where !lines.contains(line) {
                lines.append(line)
            }
        }
        try Files.write(Array(lines.map { $0 + "\n" }.joined().utf8), to: options.resolverFile)
    }
}
