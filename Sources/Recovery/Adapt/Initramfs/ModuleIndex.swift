internal import LinuxSystem

/// What `depmod` wrote about the modules of one kernel of a restored system (modules.dep(5)).
struct ModuleIndex {
    /// Release: "6.1.0-56-amd64".
    let release: String
    /// Path below the modules' directory by canonical name ("nvme_core": "kernel/drivers/nvme/host/nvme-core.ko").
    private(set) var paths: [String: String] = [:]
    /// Modules that a module needs, by canonical name; `depmod` lists the closure.
    private var needs: [String: [String]] = [:]
    private var builtIn: Set<String> = []
    private var aliases: [(pattern: [UInt8], module: String)] = []
    /// What `softdep … pre:` asks for.
    private var wishes: [String: [String]] = [:]

    /// Where the kernels' directories are, on every distribution since /usr was merged and before.
    static let directories = ["/usr/lib/modules", "/lib/modules"]

    /// nil when there is no such kernel.
    init?(_ release: String, in tree: SystemTree) throws(SystemCallError) {
        guard let directory = Self.directories.first(where: { tree.contains("\($0)/\(release)/modules.dep") }) else {
            return nil
        }
        self.release = release
        func lines(_ name: String) throws(SystemCallError) -> [Substring] {
            (try tree.text(of: "\(directory)/\(release)/\(name)", limit: 32 << 20) ?? "").split(separator: "\n")
        }
        for line in try lines("modules.dep") {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard let path = parts.first.map(String.init), !path.split(separator: "/").contains("..") else { continue }
            let name = Self.name(ofPath: path)
            paths[name] = path
            needs[name] = (parts.dropFirst().first ?? "").split(separator: " ").map { Self.name(ofPath: String($0)) }
        }
        builtIn = Set(try lines("modules.builtin").map { Self.name(ofPath: String($0)) })
        for line in try lines("modules.alias") {
            let words = line.split(separator: " ")
            guard words.count == 3, words[0] == "alias" else { continue }
            aliases.append((Array(words[1].utf8), Self.canonical(String(words[2]))))
        }
        for line in try lines("modules.softdep") {
            let words = line.split(separator: " ").map(String.init)
            guard words.count > 3, words[0] == "softdep", let pre = words.firstIndex(of: "pre:") else { continue }
            wishes[Self.canonical(words[1])] = words[(pre + 1)...].prefix { !$0.hasSuffix(":") }.map {
                Self.canonical($0)
            }
        }
    }

    /// "kernel/drivers/nvme/host/nvme-core.ko.xz" → "nvme_core".
    static func name(ofPath path: String) -> String {
        let file = path.split(separator: "/").last ?? ""
        return canonical(String(file.prefix { $0 != "." }))
    }

    /// The kernel takes "-" and "_" for the same.
    static func canonical(_ name: String) -> String { String(name.map { $0 == "-" ? "_" : $0 }) }

    func contains(_ name: String) -> Bool { paths[Self.canonical(name)] != nil }
    func isBuiltIn(_ name: String) -> Bool { builtIn.contains(Self.canonical(name)) }

    /// The modules with everything that they need, canonical names. What is built in or unknown is left out.
    func closure(of names: some Sequence<String>) -> Set<String> {
        var found: Set<String> = []
        var pending = names.map { Self.canonical($0) }
        while let name = pending.popLast() {
            guard paths[name] != nil, found.insert(name).inserted else { continue }
            pending += needs[name] ?? []
            pending += wishes[name] ?? []
        }
        return found
    }

    /// Those of `names` that no other of them brings along.
    func leading(_ names: Set<String>) -> Set<String> {
        let brought = Dictionary(uniqueKeysWithValues: names.map { ($0, closure(of: [$0])) })
        return names.filter { name in
            // Two that bring each other lead both.
            !brought.contains { other, its in its.contains(name) && brought[name]?.contains(other) != true }
        }
    }

    /// The modules whose aliases fit a device's `modalias` ("pci:v00008086d…").
    func modules(for modalias: String) -> Set<String> {
        let text = Array(modalias.utf8)
        // Most aliases are of another bus: the part before the first colon decides.
        let bus = text.prefix { $0 != 0x3a }
        return Set(
            aliases.filter { $0.pattern.starts(with: bus) && Wildcard.matches($0.pattern, text) }.map(\.module))
    }
}
