package import Digests
package import FoundationEssentials

/// `hosts.json` (format.md, section 5).
package struct HostList: Codable, Hashable, Sendable {
    package struct Host: Codable, Hashable, Sendable {
        package var id: UUID
        package var name: String
        package var head: String

        package init(id: UUID, name: String) {
            self.id = id
            self.name = name
            head = ObjectName.pointer(host: id)
        }
    }

    package var format = 1
    package var hosts: [Host] = []

    package init() {}

    package static func decode(_ bytes: [UInt8]) throws(FormatError) -> HostList {
        let list: HostList = try decodeJSON(bytes, subject: ObjectName.hosts)
        guard list.format == 1 else {
            throw FormatError(.unsupported, "hosts.json needs a newer Lifeboat (format \(list.format)).")
        }
        for host in list.hosts where host.head != ObjectName.pointer(host: host.id) {
            throw FormatError(.damaged, "hosts.json is damaged: \(host.name) points outside its own folder.")
        }
        guard Set(list.hosts.map(\.name)).count == list.hosts.count else {
            throw FormatError(.damaged, "hosts.json is damaged: a host's name occurs twice.")
        }
        return list
    }
}

/// `hosts/<host-id>/head` (format.md, section 5).
package struct HeadPointer: Codable, Hashable, Sendable {
    package var format = 1
    package var number: UInt64
    package var head: String
    /// 64 hexadecimal digits.
    package var digest: String

    package init(host: UUID, number: UInt64, digest: Digest) {
        self.number = number
        head = ObjectName.head(host: host, number: number)
        self.digest = digest.hex
    }

    package static func decode(_ bytes: [UInt8], host: UUID) throws(FormatError) -> (number: UInt64, digest: Digest) {
        let subject = ObjectName.pointer(host: host)
        let pointer: HeadPointer = try decodeJSON(bytes, subject: subject)
        guard pointer.format == 1 else {
            throw FormatError(.unsupported, "\(subject) needs a newer Lifeboat (format \(pointer.format)).")
        }
        guard let digest = Digest(hex: pointer.digest), pointer.number > 0, pointer.number < .max,
            pointer.head == ObjectName.head(host: host, number: pointer.number)
        else { throw FormatError(.damaged, "\(subject) is damaged: it does not name a head of its host.") }
        return (pointer.number, digest)
    }
}
