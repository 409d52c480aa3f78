internal import Digests
internal import FoundationEssentials
internal import RepositoryFormat

/// What an object is, by its name: the kinds that clients send.
enum UploadName: Hashable, Sendable {
    case pack(Digest)
    case packIndex(Digest)
    case head(UUID, UInt64)
    case mapRoot(UUID, Position, Digest)
    case mapPage(UUID, Digest)
    case machine(UUID, Digest)
    case manifest(UUID, Digest)
    case segment(UUID, Position, Digest)

    /// Nil unless `name` is exactly what format.md, section 2, calls an object of one of these kinds.
    init?(_ name: String) {
        guard ObjectName.isSafe(name), let found = Self.parse(name), found.name == name else { return nil }
        self = found
    }

    private static func parse(_ name: String) -> UploadName? {
        let parts = name.split(separator: "/").map(String.init)
        if parts.count == 3, parts[0] == "packs" {
            if let id = ObjectName.packID(ofIndex: name) { return .packIndex(id) }
            return Digest(hex: parts[2]).map { .pack($0) }
        }
        guard parts.count >= 4, parts[0] == "hosts", let host = UUID(uuidString: parts[1]) else { return nil }
        switch (parts[2], parts.count) {
        case ("heads", 4): return UInt64(parts[3]).flatMap { $0 > 0 ? .head(host, $0) : nil }
        case ("maps", 4): return positioned(parts[3]).map { .mapRoot(host, $0, $1) }
        case ("maps", 6) where parts[3] == "pages": return Digest(hex: parts[5]).map { .mapPage(host, $0) }
        case ("machines", 4): return Digest(hex: parts[3]).map { .machine(host, $0) }
        case ("manifests", 4): return Digest(hex: parts[3]).map { .manifest(host, $0) }
        case ("segments", 4): return positioned(parts[3]).map { .segment(host, $0, $1) }
        default: return nil
        }
    }

    private static func positioned(_ text: String) -> (Position, Digest)? {
        let halves = text.split(separator: "-")
        guard halves.count == 2, let digest = Digest(hex: halves[1]) else { return nil }
        let numbers = halves[0].split(separator: ".")
        guard numbers.count == 2, let epoch = UInt64(numbers[0]), let sequence = UInt64(numbers[1]) else { return nil }
        return (Position(epoch: epoch, sequence: sequence), digest)
    }

    private var name: String {
        switch self {
        case .pack(let id): ObjectName.pack(id)
        case .packIndex(let id): ObjectName.packIndex(id)
        case .head(let host, let number): ObjectName.head(host: host, number: number)
        case .mapRoot(let host, let position, let digest):
            ObjectName.mapRoot(host: host, position: position, digest: digest)
        case .mapPage(let host, let digest): ObjectName.mapPage(host: host, digest: digest)
        case .machine(let host, let digest): ObjectName.machine(host: host, digest: digest)
        case .manifest(let host, let digest): ObjectName.manifest(host: host, digest: digest)
        case .segment(let host, let position, let digest):
            ObjectName.segment(host: host, last: position, digest: digest)
        }
    }

    /// The host in whose folder it lies; nil for packs, which belong to all.
    var host: UUID? {
        switch self {
        case .pack, .packIndex: nil
        case .head(let host, _), .mapRoot(let host, _, _), .mapPage(let host, _), .machine(let host, _),
            .manifest(let host, _), .segment(let host, _, _):
            host
        }
    }

    /// The longest object of the kind (format.md, section 3).
    var limit: UInt64 {
        switch self {
        case .pack: Limits.pack
        case .packIndex: UInt64(Limits.packIndex)
        case .head: UInt64(Limits.head)
        case .mapRoot: UInt64(Limits.mapRoot)
        case .mapPage: UInt64(Limits.mapPage)
        case .machine: UInt64(Limits.machineDescription)
        case .manifest: UInt64(Limits.manifest)
        case .segment: Limits.segment
        }
    }

    /// Whether it goes to a file while it arrives, for it may be long; others are held in memory.
    var isStaged: Bool {
        switch self {
        case .pack, .segment: true
        default: false
        }
    }
}
