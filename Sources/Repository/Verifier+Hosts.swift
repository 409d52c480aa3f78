internal import Digests
internal import FoundationEssentials
internal import RepositoryFormat

extension Verifier {
    /// From `hosts.json` along every chain of heads to every moment.
    func walkHosts() throws(RepositoryError) {
        switch try attempt(ObjectName.hosts, { () throws(RepositoryError) in try repository.hosts() }) {
        case .sound(let hosts):
            for host in hosts { try walk(host.id, name: host.name) }
        case .damaged(let finding):
            sawEverything = false
            for id in try hostsByListing() {
                if let name = try walk(id, name: nil) { findings[finding].hosts.insert(name) }
            }
        }
    }

    /// Where the list of hosts is lost, a store that can be listed still shows their pointers.
    private func hostsByListing() throws(RepositoryError) -> [HostIdentifier] {
        guard let store = repository.store as? any WritableObjectStore else { return [] }
        do {
            return try store.list("hosts/").compactMap { name in
                let parts = name.split(separator: "/")
                return parts.count == 3 && parts[2] == "head" ? UUID(uuidString: String(parts[1])) : nil
            }.sorted { $0.text < $1.text }
        } catch { throw RepositoryError(error, object: "The folder of hosts") }
    }

    /// One host; gives its name, as far as it is known.
    @discardableResult
    private func walk(_ id: HostIdentifier, name: String?) throws(RepositoryError) -> String? {
        counts.hosts += 1
        let pointer = ObjectName.pointer(host: id)
        named.insert(pointer)
        let number: UInt64
        let digest: Digest
        switch try attempt(pointer, { () throws(RepositoryError) in try readPointer(id, name) }) {
        case .sound(let value): (number, digest) = value
        case .damaged(let finding):
            sawEverything = false
            findings[finding].hosts.insert(name ?? id.text)
            return name
        }
        guard let head = try readHead(id, number, digest, host: name ?? id.text) else {
            sawEverything = false
            return name
        }
        if let name, head.hostName != name {
            let what = "It calls host \(id.text) \"\(name)\", its head \"\(head.hostName)\"."
            _ = find(ObjectName.hosts, what, hosts: [name])
        }
        try walkChain(before: head, host: head.hostName)
        try lookBeyond(head)
        let entries = try walkManifests(of: head)
        for moment in entries.moments { try walk(moment, of: id, host: head.hostName) }
        for layer in entries.layers { try walk(layer, of: id, host: head.hostName) }
        return head.hostName
    }

    /// All that the head lists, as far as its manifests can be read.
    private func walkManifests(of head: Head) throws(RepositoryError) -> HistoryEntries {
        var entries = head.entries
        for manifest in head.manifests {
            let object = ObjectName.manifest(host: head.host, digest: manifest.object.digest)
            named.insert(object)
            let read = try attempt(object) { () throws(RepositoryError) in
                try repository.readManifest(manifest, host: head.host)
            }
            switch read {
            case .sound(let more): entries.append(more)
            case .damaged(let finding):
                sawEverything = false
                findings[finding].hosts.insert(head.hostName)
                findings[finding].what +=
                    " It lists the history of \(head.hostName) from \(Timestamp.text(ofNanoseconds: manifest.earliest)) to "
                    + "\(Timestamp.text(ofNanoseconds: manifest.latest))."
            }
        }
        return entries
    }

    private func readPointer(
        _ id: HostIdentifier, _ name: String?
    ) throws(RepositoryError) -> (number: UInt64, digest: Digest) {
        let bytes: [UInt8]
        do {
            bytes = try repository.store.read(ObjectName.pointer(host: id), limit: Limits.pointer)
        } catch { throw RepositoryError(error, object: "The head pointer of \(name ?? id.text)") }
        return try decoding { () throws(FormatError) in try HeadPointer.decode(bytes, host: id) }
    }

    private func readHead(
        _ id: HostIdentifier, _ number: UInt64, _ digest: Digest, host: String
    ) throws(RepositoryError) -> Head? {
        let object = ObjectName.head(host: id, number: number)
        named.insert(object)
        let read = try attempt(object) { () throws(RepositoryError) in
            try repository.readHead(host: id, number: number, digest: digest)
        }
        switch read {
        case .sound(let head):
            counts.heads += 1
            return head
        case .damaged(let finding):
            findings[finding].hosts.insert(host)
            return nil
        }
    }

    /// Older heads list nothing that the newest does not; their damage breaks the chain of digests and no moment.
    private func walkChain(before newest: Head, host: String) throws(RepositoryError) {
        var head = newest
        while head.number > 1, let digest = head.previous {
            // The newest head says which were collected; below that a missing one is no loss.
            if head.number <= newest.oldestHead ?? 1, try isMissing(newest.host, head.number - 1) { return }
            guard let previous = try readHead(newest.host, head.number - 1, digest, host: host) else {
                for number in 1..<head.number { named.insert(ObjectName.head(host: newest.host, number: number)) }
                if head.number > 2 {
                    notes.append("Heads 1 to \(head.number - 2) of \(host) could not be checked: the chain is broken.")
                }
                return
            }
            head = previous
        }
    }

    private func isMissing(_ host: HostIdentifier, _ number: UInt64) throws(RepositoryError) -> Bool {
        let name = ObjectName.head(host: host, number: number)
        do { return try repository.store.length(of: name) == nil } catch { throw RepositoryError(error, object: name) }
    }

    /// A head behind the pointer's was committed by a writer that was killed before it moved the pointer.
    private func lookBeyond(_ head: Head) throws(RepositoryError) {
        let next = ObjectName.head(host: head.host, number: head.number + 1)
        do {
            guard try repository.store.length(of: next) != nil else { return }
        } catch { throw RepositoryError(error, object: next) }
        sawEverything = false
        notes.append(
            "A capture of \(head.hostName) was stopped after its head \(head.number + 1) was stored; "
                + "the next capture of \(head.hostName) makes its moment visible.")
    }
}
