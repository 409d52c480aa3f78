internal import Archives
internal import LinuxSystem

/// What an initramfs of a restored system holds of one kernel's modules.
struct InitramfsContents {
    let scan: InitramfsScan
    let release: String
    /// Canonical names of the modules in it.
    let modules: Set<String>
    /// Canonical names of the modules that its index knows: what `modprobe` inside can load.
    let indexed: Set<String>
    /// The directory of the modules in it: "usr/lib/modules/6.1.0-56-amd64".
    let directory: String

    /// `keeping`: files whose contents are kept in `scan`. Throws `failed` when it cannot be read to its end.
    init(
        _ path: String, in tree: SystemTree, release: String, keeping kept: Set<String> = []
    ) throws(RecoveryError) {
        let places = ["usr/lib/modules/\(release)", "lib/modules/\(release)"]
        do {
            guard let found = try tree.path(path) else {
                throw RecoveryError(.failed, "\(path) of the restored system is missing.")
            }
            scan = try InitramfsScan(found) { name in
                name == Self.loadList || kept.contains(name) || places.contains { name == "\($0)/modules.dep" }
            }
        } catch let error as RecoveryError {
            throw error
        } catch { throw RecoveryError(.failed, "\(path) of the restored system cannot be used: \(error).") }
        self.release = release
        let files = scan.files
        modules = Set(
            files.filter { name in places.contains { name.hasPrefix("\($0)/") } && name.contains(".ko") }
                .map { ModuleIndex.name(ofPath: $0) })
        var indexed: Set<String> = []
        for place in places {
            let text = String(decoding: scan.contents["\(place)/modules.dep"] ?? [], as: UTF8.self)
            indexed.formUnion(
                text.split(separator: "\n").map { ModuleIndex.name(ofPath: String($0.prefix { $0 != ":" })) })
        }
        self.indexed = indexed
        // A link "lib" must not be replaced by a directory; where there are no modules yet, it tells which place is right.
        let holds = places.first { place in files.contains { $0.hasPrefix("\(place)/") } }
        directory = holds ?? (files.contains("lib") ? places[0] : places[1])
    }

    /// What is not in it, or not in its index.
    func lacking(_ needed: Set<String>) -> Set<String> { needed.subtracting(modules.intersection(indexed)) }

    /// initramfs-tools loads the modules that this file lists, one a line, before it looks for the root.
    static let loadList = "conf/modules"

    /// A file in every archive that was added: an image that is made anew lacks it.
    static let sign = "lifeboat-addition"

    var hasAddition: Bool { scan.files.contains(Self.sign) }

    var loadsByList: Bool { scan.files.contains("scripts/functions") || scan.contents[Self.loadList] != nil }
    var listed: [UInt8] { scan.contents[Self.loadList] ?? [] }
}
