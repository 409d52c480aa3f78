package import Digests
package import FoundationEssentials

/// Names of objects in the tree of format.md, section 2. The only place that spells them.
package enum ObjectName {
    package static let repository = "lifeboat.json"
    package static let hosts = "hosts.json"
    package static let packs = "packs/"
    package static let indexSuffix = ".index"
    package static let hollowSuffix = ".hollow"
    package static let condemned = "condemned/"
    package static let leases = "leases/"

    package static func pointer(host: UUID) -> String { "hosts/\(host.text)/head" }
    package static func head(host: UUID, number: UInt64) -> String { "hosts/\(host.text)/heads/\(padded(number, 20))" }

    package static func mapRoot(host: UUID, position: Position, digest: Digest) -> String {
        "hosts/\(host.text)/maps/\(position)-\(digest.hex)"
    }

    package static func segment(host: UUID, last: Position, digest: Digest) -> String {
        "hosts/\(host.text)/segments/\(last)-\(digest.hex)"
    }

    package static func manifest(host: UUID, digest: Digest) -> String {
        "hosts/\(host.text)/manifests/\(digest.hex)"
    }

    package static func mapPage(host: UUID, digest: Digest) -> String {
        "hosts/\(host.text)/maps/pages/\(digest.hex.prefix(2))/\(digest.hex)"
    }

    package static func machine(host: UUID, digest: Digest) -> String { "hosts/\(host.text)/machines/\(digest.hex)" }
    package static func pack(_ id: Digest) -> String { "packs/\(id.hex.prefix(2))/\(id.hex)" }
    package static func hollowPack(_ id: Digest) -> String { pack(id) + hollowSuffix }
    package static func packIndex(_ id: Digest) -> String { pack(id) + indexSuffix }

    /// The pack-id when `name` is that of a pack, of its index, or of what is left of it.
    package static func packID(of name: String) -> Digest? {
        guard name.hasPrefix(packs), let last = name.split(separator: "/").last else { return nil }
        return Digest(hex: last.prefix { $0 != "." })
    }

    /// The pack-id when `name` is that of a pack's index.
    package static func packID(ofIndex name: String) -> Digest? {
        guard name.hasPrefix(packs), name.hasSuffix(indexSuffix), let last = name.split(separator: "/").last else {
            return nil
        }
        return Digest(hex: last.dropLast(indexSuffix.count))
    }

    /// Whether `name` is a relative path of plain components: safe to join to a folder or URL.
    package static func isSafe(_ name: String) -> Bool {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        return !parts.isEmpty
            && parts.allSatisfy { part in
                !part.isEmpty && !part.hasPrefix(".")
                    && part.utf8.allSatisfy { byte in
                        (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte) || byte == 0x2d || byte == 0x2e
                    }
            }
    }
}
