/// Whether the machine that was captured still runs: asked of the network that this machine is on, before a second one with
/// its addresses comes up there.
///
/// By ARP, which every machine with an address answers, whatever its firewall says: so only IPv4 addresses in a network of
/// this machine can be asked about.
package struct OriginalSearch: Hashable, Sendable {
    package struct Question: Hashable, Sendable {
        package var address: String
        /// The interface of this machine that lies in its network.
        package var interface: String
    }

    package struct Answer: Hashable, Sendable {
        package var address: String
        /// Of the card that answered.
        package var macAddress: String
    }

    /// Each may take two seconds.
    package static let mostQuestions = 4

    package let questions: [Question]
    private let hostName: String
    private let cards: Set<String>

    /// `own` are the interfaces of this machine, as they are now.
    package init(for source: MachineDescription, from own: [NetworkInterface]) {
        hostName = source.hostName
        cards = Set(source.networkInterfaces.compactMap { $0.macAddress?.lowercased() })
        let networks = own.filter { $0.kind != .loopback }.flatMap { interface in
            interface.addresses.compactMap { IPv4Network($0) }.map { (name: interface.name, network: $0) }
        }
        var found: [Question] = []
        for text in source.networkInterfaces.filter({ $0.kind != .loopback }).flatMap(\.addresses) {
            guard let asked = IPv4Network(text), !networks.contains(where: { $0.network.address == asked.address }),
                let place = networks.first(where: { $0.network.contains(asked.address) })
            else { continue }
            let question = Question(address: String(text.prefix { $0 != "/" }), interface: place.name)
            if !found.contains(question) { found.append(question) }
        }
        questions = Array(found.prefix(Self.mostQuestions))
    }

    /// The address in busybox's "Unicast reply from 192.0.2.7 [52:54:00:aa:bb:0c] 0.009ms".
    package static func answer(to question: Question, in output: String) -> Answer? {
        for line in output.split(separator: "\n") where line.contains("reply from \(question.address) [") {
            let address = line.drop { $0 != "[" }.dropFirst().prefix { $0 != "]" }
            if address.utf8.count == 17 { return Answer(address: question.address, macAddress: address.lowercased()) }
        }
        return nil
    }

    /// For the plan and the report; nil when nobody answered.
    package func warning(_ answers: [Answer]) -> String? {
        guard let first = answers.first else { return nil }
        let all = answers.map { "\($0.address) (card \($0.macAddress))" }.joined(separator: ", ")
        let what =
            answers.contains { cards.contains($0.macAddress) }
            ? "\(hostName) STILL RUNS: its own network card answers for \(all)."
            : "\(first.address) is an address of \(hostName), and another machine on this network has it: \(all)."
        return
            "\(what) Two machines with one address cut each other off, and two of one host may write the same data twice. "
            + "Switch that one off, or take this machine off the network before it starts the restored system."
    }
}

/// "192.0.2.7/24".
private struct IPv4Network {
    let address: UInt32
    private let mask: UInt32

    init?(_ text: String) {
        let parts = text.split(separator: "/")
        guard parts.count == 2, let length = UInt32(parts[1]), (1...32).contains(length) else { return nil }
        let bytes = parts[0].split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        guard bytes.count == 4, !bytes.contains(nil) else { return nil }
        address = bytes.reduce(0) { $0 << 8 | UInt32($1 ?? 0) }
        mask = ~0 << (32 - length)
    }

    func contains(_ other: UInt32) -> Bool { (address ^ other) & mask == 0 }
}
