internal import LinuxSystem

/// What is mounted in our mount namespace, and what is swapped to.
struct MountTable: Sendable {
    struct Mount: Hashable, Sendable {
        var device: DeviceNumber
        var mountPoint: String
        var fileSystem: String
        var source: String
        var options: String
    }

    var mounts: [Mount]
    /// Paths of swap devices and swap files.
    var swaps: [String]

    init(in tree: KernelTree) {
        mounts = (Files.text(of: tree.proc + "/self/mountinfo", limit: 16 << 20) ?? "")
            .split(separator: "\n").compactMap { Self.mount(String($0)) }
        swaps = (Files.text(of: tree.proc + "/swaps") ?? "").split(separator: "\n").dropFirst()
            .compactMap { $0.split(whereSeparator: { $0 == " " || $0 == "\t" }).first }
            .map { Self.unescaped(String($0)) }
    }

    /// One line of proc(5) mountinfo: id, parent, major:minor, root, mount point, options, optional fields, "-",
    /// file system, source, super options.
    private static func mount(_ line: String) -> Mount? {
        let fields = line.split(separator: " ").map(String.init)
        guard let dash = fields.firstIndex(of: "-"), dash >= 6, fields.count > dash + 2,
            let device = DeviceNumber(fields[2])
        else { return nil }
        return Mount(
            device: device, mountPoint: unescaped(fields[4]), fileSystem: fields[dash + 1],
            source: unescaped(fields[dash + 2]), options: fields.count > dash + 3 ? fields[dash + 3] : "")
    }

    /// The kernel writes space, tab, line feed and backslash as "\040" and so on.
    static func unescaped(_ text: String) -> String {
        guard text.contains("\\") else { return text }
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), rest.count >= 3,
                let code = UInt8(String(decoding: rest.prefix(3), as: UTF8.self), radix: 8)
            {
                bytes.append(code)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
