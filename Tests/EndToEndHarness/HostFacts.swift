import Foundation

/// What `scripts/make-host` or `scripts/make-source` wrote down about the host that it made.
package struct HostFacts: Sendable {
    private let values: [String: String]
    private let pairs: [(key: String, value: String)]

    package init(path: String) throws {
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        pairs = lines.compactMap { line in
            line.firstIndex(of: "=").map { (String(line[..<$0]), String(line[line.index(after: $0)...])) }
        }
        values = Dictionary(pairs.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
    }

    /// Every value of a key that stands there several times, in order.
    package func all(_ key: String) -> [String] { pairs.filter { $0.key == key }.map(\.value) }

    package func text(_ key: String) throws -> String {
        guard let value = values[key] else { throw HarnessError("The host's facts have no \"\(key)\"") }
        return value
    }

    package func number(_ key: String) throws -> Int {
        guard let value = Int(try text(key)) else { throw HarnessError("The host's fact \"\(key)\" is no number") }
        return value
    }

    /// The bytes of the disk that a partition or volume takes: "root", "swap", "esp", "lvm", "bios_boot".
    package func range(of place: String) throws -> Range<Int> {
        let offset = try number(place + "_offset")
        return offset..<offset + (try number(place + "_bytes"))
    }
}
