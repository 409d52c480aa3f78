extension NetworkMentions {
    /// netplan(5), as far as names go: not YAML whole, but the block style that netplan, installers and people write, with
    /// `[a, b]` for lists. What is written otherwise is not seen, and its names are then known from the source's description.
    mutating func readNetplan(_ lines: [String]) {
        var keys: [(indent: Int, key: String)] = []
        var cards: [String: Card] = [:]
        var order: [String] = []
        var stacks: [Carrier] = []
        for line in lines.prefix(4096) {
            let indent = line.utf8.prefix { $0 == 0x20 }.count
            var text = Self.withoutComment(line).trimmed
            guard !text.isEmpty, text != "---" else { continue }
            var item: String?
            if text.hasPrefix("- ") {
                item = String(text.dropFirst(2)).trimmed.unquoted
                text = ""
                // A list may stand as far left as its key.
                while let last = keys.last, last.indent > indent { keys.removeLast() }
            } else {
                while let last = keys.last, last.indent >= indent { keys.removeLast() }
            }
            var value = ""
            if item == nil {
                guard let (key, rest) = text.cut(at: ":"), keys.count < 16 else { continue }
                keys.append((indent, key.trimmed.unquoted))
                value = rest.trimmed.unquoted
            }
            let path = keys.map(\.key)
            guard path.count > 2, path[0] == "network" else { continue }
            let name = path[2]
            switch path[1] {
            case "ethernets", "wifis":
                if cards[name] == nil { order.append(name) }
                cards[name, default: Card()].take(Array(path.dropFirst(3)), value)
            case "bridges", "bonds", "vlans", "vrfs", "dummy-devices", "tunnels":
                make(name)
                guard path.count == 4, ["interfaces", "link"].contains(path[3]) else { continue }
                for lower in item.map({ [$0] }) ?? Self.list(value) {
                    stacks.append(Carrier(upper: name, lower: lower))
                }
            default: break
            }
        }
        for id in order {
            guard let card = cards[id], let name = card.name(id: id) else { continue }
            mention(name)
            if let address = card.address { pin(name, to: address) }
        }
        // Bridges name cards by their key, which need not be the name of the interface.
        for stack in stacks.prefix(1024) {
            self.stack(stack.upper, on: cards[stack.lower]?.name(id: stack.lower) ?? stack.lower)
        }
    }

    private struct Card {
        var setName: String?
        var matchName: String?
        var address: String?
        var matches = false

        mutating func take(_ path: [String], _ value: String) {
            switch path {
            case ["set-name"]: setName = value
            case ["match"]:
                matches = true
                // match: {macaddress: …}
                guard value.hasPrefix("{"), value.hasSuffix("}") else { break }
                for part in value.dropFirst().dropLast().split(separator: ",") {
                    guard let (key, value) = String(part).cut(at: ":") else { continue }
                    take(["match", key.trimmed.unquoted], value.trimmed.unquoted)
                }
            case ["match", "name"]: matchName = value
            case ["match", "macaddress"]: address = value
            default: break
            }
        }

        /// nil when only the kernel and udev know it.
        func name(id: String) -> String? {
            if let setName { return setName }
            if let matchName { return NetworkMentions.isName(matchName) ? matchName : nil }
            return matches ? nil : id
        }
    }

    private static func list(_ text: String) -> [String] {
        let inner = text.hasPrefix("[") && text.hasSuffix("]") ? String(text.dropFirst().dropLast()) : text
        return inner.split(separator: ",").map { String($0).trimmed.unquoted }.filter { !$0.isEmpty }
    }

    private static func withoutComment(_ line: String) -> String {
        guard line.utf8.contains(UInt8(ascii: "#")) else { return line }
        var before: Unicode.Scalar = " "
        for index in line.unicodeScalars.indices {
            let scalar = line.unicodeScalars[index]
            if scalar == "#", before == " " || before == "\t" { return String(line.unicodeScalars[..<index]) }
            before = scalar
        }
        return line
    }
}
