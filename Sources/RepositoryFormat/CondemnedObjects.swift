/// `condemned/<time>-<random>`: objects that nothing named any more at some time (format.md, section 14).
package struct CondemnedObjects: Codable, Hashable, Sendable {
    package var format = 1
    /// Nanoseconds since 1970, UTC.
    package var time: Int64
    /// Writers that were at work once this list could be seen; nil until that was asked.
    package var leases: [String]?
    /// Names of objects, sorted.
    package var names: [String]
    /// Packs of which only some frames will be kept.
    package var packs: [Pack]?

    package struct Pack: Codable, Hashable, Sendable {
        /// 64 hexadecimal digits.
        package var id: String
        /// Numbers of the frames that are in use, as ranges of first and count.
        package var frames: [[Int]]

        package init(id: String, frames: [[Int]]) {
            self.id = id
            self.frames = frames
        }

        package func keeps(_ frame: Int) -> Bool {
            frames.contains { $0.count == 2 && frame >= $0[0] && frame - $0[0] < $0[1] }
        }
    }

    /// Names in one list: so many go at once while writers wait.
    package static let limit = 10_000

    package init(time: Int64, names: [String]) {
        self.time = time
        self.names = names
    }

    package static func decode(_ bytes: [UInt8], name: String) throws(FormatError) -> CondemnedObjects {
        let list: CondemnedObjects = try decodeJSON(bytes, subject: name)
        guard list.format == 1 else {
            throw FormatError(.unsupported, "\(name) needs a newer Lifeboat (format \(list.format)).")
        }
        guard list.names.count <= limit, list.names.allSatisfy(ObjectName.isSafe), list.packs?.count ?? 0 <= limit
        else {
            throw FormatError(.damaged, "\(name) is damaged: it does not list objects.")
        }
        return list
    }
}
