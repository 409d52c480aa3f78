internal import LinuxSystem

/// Collects what is to be changed in the text files of a restored system. Reads only.
struct ConfigurationEditor {
    let tree: SystemTree
    private(set) var changes: [AdaptationChange] = []
    private(set) var warnings: [String] = []
    /// A link and what it points to (/etc/sysconfig/grub, /boot/grub2 → grub) are one file and are edited once.
    private var seen: Set<String> = []

    /// The largest file that is looked at: a grub.cfg of a host with many kernels has some 100 kB.
    private static let limit = 4 << 20
    /// Entries of one directory that are looked at.
    private static let directoryLimit = 512

    init(tree: SystemTree) { self.tree = tree }

    mutating func warn(_ text: String) {
        if !warnings.contains(text) { warnings.append(text) }
    }

    mutating func add(_ change: AdaptationChange) { changes.append(change) }

    /// The file as text; nil when it is not there or was read before; nil with a warning when it cannot be edited.
    mutating func open(_ path: String) -> EditedText? {
        do {
            guard let found = try tree.path(path), try Files.status(found)?.kind == .regularFile,
                seen.insert(found).inserted, let bytes = try tree.contents(of: path, limit: Self.limit)
            else { return nil }
            if let text = EditedText(path: path, bytes: bytes) { return text }
            warn("\(path) is not UTF-8 text and was left as it is: look for names of devices in it yourself.")
        } catch {
            warn("\(path) cannot be read and was left as it is: \(error)")
        }
        return nil
    }

    /// Opens, edits and adds the change, when there is one.
    mutating func edit(_ path: String, _ body: (inout EditedText, inout ConfigurationEditor) -> Void) {
        guard var text = open(path) else { return }
        body(&text, &self)
        if let change = text.change() { changes.append(change) }
    }

    /// Paths of the entries of a directory whose names end so, in order.
    static func paths(in directory: String, of tree: SystemTree, endings: [String] = [""]) -> [String] {
        // A directory that cannot be read has nothing that could be edited.
        let names = (try? tree.names(in: directory)) ?? []
        return names.filter { name in !name.hasPrefix(".lifeboat-") && endings.contains { name.hasSuffix($0) } }
            .prefix(directoryLimit).map { "\(directory)/\($0)" }
    }
}
