/// A hive of Windows' registry, made from nothing but the description of its format (github.com/msuhanov/regf): what tests and
/// the fuzzer read. All of it lies in one bin.
package struct HiveImage {
    package struct Key {
        package var values: [(name: String, type: UInt32, bytes: [UInt8])] = []
        package var keys: [(name: String, key: Key)] = []

        package init() {}

        /// The key at a path, made where it is missing.
        package subscript(path: [String]) -> Key {
            get {
                guard let first = path.first else { return self }
                return keys.first { $0.name == first }?.key[Array(path.dropFirst())] ?? Key()
            }
            set {
                guard let first = path.first else {
                    self = newValue
                    return
                }
                let index =
                    keys.firstIndex { $0.name == first }
                    ?? {
                        keys.append((first, Key()))
                        return keys.count - 1
                    }()
                keys[index].key[Array(path.dropFirst())] = newValue
            }
        }

        package mutating func set(_ name: String, _ number: UInt32) { add(name, 4, HiveImage.little(number, 4)) }
        package mutating func set(_ name: String, _ text: String) { add(name, 1, HiveImage.wide(text)) }
        package mutating func set(_ name: String, _ texts: [String]) {
            add(name, 7, texts.flatMap(HiveImage.wide) + [0, 0])
        }
        package mutating func set(_ name: String, _ bytes: [UInt8]) { add(name, 3, bytes) }

        private mutating func add(_ name: String, _ type: UInt32, _ bytes: [UInt8]) {
            values.removeAll { $0.name == name }
            values.append((name, type, bytes))
        }
    }

    package var root = Key()
    /// Whether its log has what it lacks.
    package var isDirty = false

    package init() {}

    package static func little<Value: FixedWidthInteger>(_ value: Value, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> Value(8 * $0)) }
    }

    package static func wide(_ text: String) -> [UInt8] { (Array(text.utf16) + [0]).flatMap { little($0, 2) } }

    package var bytes: [UInt8] {
        var writer = Writer()
        let security = writer.reserve(24 + 20)
        writer.fill(
            security,
            Array("sk".utf8) + [0, 0] + Self.little(security, 4) + Self.little(security, 4) + Self.little(1, 4)
                + Self.little(20, 4) + [1, 0, 4, 0x80] + [UInt8](repeating: 0, count: 16))
        let top = writer.add(root, named: "ROOT", parent: 0xffff_ffff, security: security, isRoot: true)
        writer.finish()
        var head = Array("regf".utf8) + Self.little(isDirty ? 8 : 7, 4) + Self.little(7, 4)
        head += Self.little(0x01dc_5f00_0000_0000, 8) + Self.little(1, 4) + Self.little(5, 4) + Self.little(0, 4)
        head += Self.little(1, 4) + Self.little(top, 4) + Self.little(writer.bin.count, 4) + Self.little(1, 4)
        head += [UInt8](repeating: 0, count: 508 - head.count)
        let sum = stride(from: 0, to: 508, by: 4).reduce(UInt32(0)) { sum, place in
            sum ^ head[place..<place + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
        }
        head += Self.little(sum, 4)
        return head + [UInt8](repeating: 0, count: 4_096 - head.count) + writer.bin
    }

    /// The bin, with its cells one after the other.
    private struct Writer {
        var bin = Array("hbin".utf8) + [UInt8](repeating: 0, count: 28)

        mutating func reserve(_ size: Int) -> Int {
            let place = bin.count
            let whole = (size + 4 + 7) / 8 * 8
            bin += HiveImage.little(Int32(-whole), 4) + [UInt8](repeating: 0, count: whole - 4)
            return place
        }

        mutating func fill(_ cell: Int, _ content: [UInt8]) {
            bin.replaceSubrange(cell + 4..<cell + 4 + content.count, with: content)
        }

        mutating func cell(_ content: [UInt8]) -> Int {
            let place = reserve(content.count)
            fill(place, content)
            return place
        }

        mutating func add(_ key: Key, named name: String, parent: Int, security: Int, isRoot: Bool = false) -> Int {
            let place = reserve(76 + name.utf8.count)
            // Windows keeps names in the order of their capitals, and looks them up by halves.
            let sorted = key.keys.sorted { $0.name.uppercased() < $1.name.uppercased() }
            let children = sorted.map { ($0.name, add($0.key, named: $0.name, parent: place, security: security)) }
            var list = 0xffff_ffff
            if !children.isEmpty {
                list = cell(
                    Array("lf".utf8) + HiveImage.little(children.count, 2)
                        + children.flatMap { name, child in
                            HiveImage.little(child, 4) + (Array(name.utf8) + [0, 0, 0, 0]).prefix(4)
                        })
            }
            let values = key.values.map { add($0.name, $0.type, $0.bytes) }
            let valueList = values.isEmpty ? 0xffff_ffff : cell(values.flatMap { HiveImage.little($0, 4) })
            let longest = sorted.map(\.name.utf8.count).max() ?? 0
            var node = Array("nk".utf8) + HiveImage.little(isRoot ? 0x2c : 0x20, 2) + [UInt8](repeating: 0, count: 12)
            for field in [
                parent, children.count, 0, list, 0xffff_ffff, values.count, valueList, security, 0xffff_ffff,
                2 * longest, 0, 2 * (key.values.map(\.name.utf8.count).max() ?? 0),
                key.values.map(\.bytes.count).max() ?? 0, 0,
            ] { node += HiveImage.little(field, 4) }
            fill(place, node + HiveImage.little(name.utf8.count, 2) + [0, 0] + Array(name.utf8))
            return place
        }

        /// Up to four bytes lie in the value itself.
        mutating func add(_ name: String, _ type: UInt32, _ bytes: [UInt8]) -> Int {
            let isInside = bytes.count <= 4
            let data =
                isInside ? (bytes + [0, 0, 0, 0]).prefix(4).map { $0 } : HiveImage.little(cell(bytes), 4)
            return cell(
                Array("vk".utf8) + HiveImage.little(name.utf8.count, 2)
                    + HiveImage.little(UInt32(bytes.count) | (isInside ? 0x8000_0000 : 0), 4) + data
                    + HiveImage.little(type, 4) + [1, 0, 0, 0] + Array(name.utf8))
        }

        /// One free cell up to a multiple of 4 KiB.
        mutating func finish() {
            let rest = 4_096 - bin.count % 4_096
            if rest < 4_096 { bin += HiveImage.little(rest, 4) + [UInt8](repeating: 0, count: rest - 4) }
            bin.replaceSubrange(8..<12, with: HiveImage.little(bin.count, 4))
        }
    }
}
