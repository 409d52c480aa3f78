extension TargetIdentity {
    /// What a text typed by the operator says about a target.
    package enum Match: Hashable, Sendable {
        case yes
        case no
        /// It also fits these other disks: more must be typed.
        case ambiguous([TargetIdentity])
        /// It fits, but says too little to be a proof.
        case tooShort
    }

    /// Whether `confirmation` names this target and nothing else. `others` are the disks present (this one may be
    /// among them).
    ///
    /// - An image file: its path as given.
    /// - A device with serial or WWN: one of them, or at least the last six characters.
    /// - A device with neither: "SIZE MODEL", or "SIZE" when it has no model; SIZE in bytes. Where several such disks
    ///   are equal, that followed by the path.
    package func matches(confirmation: String, among others: [TargetIdentity]) -> Match {
        let others = others.filter { $0.kind == .device && $0.path != path }
        switch kind {
        case .file: return confirmation == path ? .yes : .no
        case .device where names.isEmpty: return matches(description: confirmation, others)
        case .device: return matches(name: Self.normalized(confirmation), others)
        }
    }

    private func matches(name typed: String, _ others: [TargetIdentity]) -> Match {
        guard !typed.isEmpty, names.contains(where: { $0.hasSuffix(typed) }) else { return .no }
        let isWhole = names.contains(typed)
        guard isWhole || typed.count >= Self.shortestTail else { return .tooShort }
        let rivals = others.filter { other in other.names.contains { isWhole ? $0 == typed : $0.hasSuffix(typed) } }
        return rivals.isEmpty ? .yes : .ambiguous(rivals)
    }

    private func matches(description typed: String, _ others: [TargetIdentity]) -> Match {
        let typed = Self.plain(typed)
        if typed == Self.plain("\(sizeAndModel) \(path)") { return .yes }
        guard typed == Self.plain(sizeAndModel) else { return .no }
        let rivals = others.filter { $0.names.isEmpty && Self.plain($0.sizeAndModel) == typed }
        return rivals.isEmpty ? .yes : .ambiguous(rivals)
    }

    /// "512110190592 QEMU HARDDISK", or the size alone.
    package var sizeAndModel: String { [String(sizeInBytes), model].compactMap { $0 }.joined(separator: " ") }

    private static func plain(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ").lowercased()
    }

    /// What must be typed, in words: `type its serial "S5XYZ123456", or the last 6 characters "123456" or more`.
    package func confirmationHint(among others: [TargetIdentity]) -> String {
        guard kind == .device else { return "type its path as given: \"\(path)\"" }
        guard let name = serial ?? wwn, let length = shortestTailLength(among: others) else {
            if !names.isEmpty { return "another disk shows the same serial: this disk cannot be told apart" }
            let isAmbiguous = matches(confirmation: sizeAndModel, among: others) != .yes
            let text = isAmbiguous ? "\(sizeAndModel) \(path)" : sizeAndModel
            return
                "type its size in bytes\(model == nil ? "" : " and model")\(isAmbiguous ? " and path" : ""): \"\(text)\""
        }
        let kindOfName = serial == nil ? "WWN" : "serial"
        guard length < name.count else { return "type its \(kindOfName): \"\(name)\"" }
        return "type its \(kindOfName) \"\(name)\", or the last \(length) characters \"\(name.suffix(length))\" or more"
    }

    /// The shortest tail of the serial (or WWN) that is a proof; nil when not even all of it is.
    private func shortestTailLength(among others: [TargetIdentity]) -> Int? {
        guard let name = serial ?? wwn else { return nil }
        let shortest = min(Self.shortestTail, name.count)
        return (shortest...name.count).first { length in
            matches(confirmation: String(name.suffix(length)), among: others) == .yes
        }
    }

    /// Targets that none of the confirmations names, each with its best match, so that a message can say why.
    package static func unconfirmed(
        _ targets: [TargetIdentity], by confirmations: [String], among others: [TargetIdentity]
    ) -> [(target: TargetIdentity, match: Match)] {
        targets.compactMap { target in
            let matches = confirmations.map { target.matches(confirmation: $0, among: others) }
            if matches.contains(.yes) { return nil }
            return (target, matches.first { $0 != .no } ?? .no)
        }
    }
}
