package import RepositoryFormat

extension HistoryPublisher {
    /// Names a moment with an operator's label. False when it has this label already; nothing is published then.
    ///
    /// Throws `badInput` for a label that lists could not show.
    package func mark(_ moment: Moment, label: String, program: String) throws(RepositoryError) -> Bool {
        try Mark.check(label: label)
        return try mark(
            Mark(position: moment.position, time: moment.time, kind: .label, label: label), program: program)
    }

    /// The same for a mark of any kind, whose label was checked.
    func mark(_ mark: Mark, program: String) throws(RepositoryError) -> Bool {
        try amend(program: program) { (head) throws(RepositoryError) in
            let isSame = { (other: Mark) in
                other.kind == mark.kind && other.label == mark.label && other.position == mark.position
            }
            guard !head.entries.marks.contains(where: isSame) else { return false }
            for manifest in head.manifests where manifest.first <= mark.position && mark.position <= manifest.last {
                let known = try repository.readManifest(manifest, host: head.host).marks
                guard !known.contains(where: isSame) else { return false }
            }
            head.entries.marks.append(mark)
            return true
        }
    }

    /// Takes an operator's label off every moment that has it. Answers the marks that were removed. Other kinds of marks say
    /// how the disks stood; they stay.
    package func unmark(label: String, program: String) throws(RepositoryError) -> [Mark] {
        guard let store = repository.store as? any WritableObjectStore else {
            throw RepositoryError(.badInput, "The repository can only be read from here.")
        }
        let packing = HistoryPacking(store: store, repository: repository)
        var removed: [Mark] = []
        try amend(program: program) { (head) throws(RepositoryError) in
            removed = head.entries.marks.filter { $0.kind == .label && $0.label == label }
            head.entries.marks.removeAll { $0.kind == .label && $0.label == label }
            var manifests: [ManifestReference] = []
            for manifest in head.manifests {
                var entries = try repository.readManifest(manifest, host: head.host)
                let named = entries.marks.filter { $0.kind == .label && $0.label == label }
                guard !named.isEmpty else {
                    manifests.append(manifest)
                    continue
                }
                removed += named
                entries.marks.removeAll { named.contains($0) }
                if entries.count > 0 { manifests += try packing.manifests(of: entries, host: head.host) }
            }
            head.manifests = manifests
            return !removed.isEmpty
        }
        return removed
    }
}

extension Mark {
    /// Throws `badInput` unless `label` is a name that lists can show on one line.
    package static func check(label: String) throws(RepositoryError) {
        let why: String
        if label.utf8.count > Limits.name {
            why = "it has \(label.utf8.count) bytes, at most \(Limits.name) are possible"
        } else if label.unicodeScalars.contains(where: { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) }) {
            why = "it has control characters"
        } else if label.unicodeScalars.allSatisfy({ $0.properties.isWhitespace }) {
            why = "it is empty"
        } else {
            return
        }
        throw RepositoryError(.badInput, "This label cannot be given: \(why). Nothing was changed.")
    }
}
