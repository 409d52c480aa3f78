package import Digests
package import RepositoryFormat

extension Repository {
    /// One head, verified against `digest`.
    package func readHead(
        host: HostIdentifier, number: UInt64, digest: Digest
    ) throws(RepositoryError) -> Head {
        let name = ObjectName.head(host: host, number: number)
        let bytes: [UInt8]
        do {
            bytes = try store.read(name, limit: Limits.head)
        } catch { throw RepositoryError(error, object: "Head \(number) of host \(host.text)") }
        guard SHA256.digest(of: bytes) == digest else {
            throw RepositoryError(
                .damaged, "Head \(number) of host \(host.text) is damaged: \(name) does not match its digest.")
        }
        return try decoding { () throws(FormatError) in try Head.decode(bytes, host: host, number: number) }
    }

    /// A timeline with all that its head's manifests list.
    package func timeline(
        of host: HostList.Host, head: Head, digest: Digest
    ) throws(RepositoryError) -> Timeline {
        var entries = head.entries
        for manifest in head.manifests { entries.append(try readManifest(manifest, host: host.id)) }
        return Timeline(repository: self, host: host, head: head, headDigest: digest, entries: entries)
    }

}

extension Timeline {
    /// What a later head of the host lists; read only where it differs from this one's.
    func history(after head: Head) throws(RepositoryError) -> History {
        if head.manifests == self.head.manifests, head.entries == self.head.entries { return history }
        return try repository.timeline(of: host, head: head, digest: headDigest).history
    }
}

extension Repository {
    /// What a manifest lists, verified.
    package func readManifest(
        _ manifest: ManifestReference, host: HostIdentifier
    ) throws(RepositoryError) -> HistoryEntries {
        let digest = manifest.object.digest
        let bytes = try store.readVerified(
            ObjectName.manifest(host: host, digest: digest), manifest.object,
            subject: "Manifest \(digest.hex.prefix(8))")
        return try decoding { () throws(FormatError) in try Manifest.decode(bytes, digest: digest, host: host) }
    }

    /// The map root of a moment.
    package func readMapRoot(_ moment: Moment, host: HostIdentifier) throws(RepositoryError) -> MapRoot {
        let subject = "The map of the moment \(Timestamp.text(ofNanoseconds: moment.time))"
        let name = ObjectName.mapRoot(host: host, position: moment.position, digest: moment.map.digest)
        let bytes = try store.readVerified(name, moment.map, subject: subject)
        let root = try decoding { () throws(FormatError) in try MapRoot.decode(bytes, digest: moment.map.digest) }
        guard root.host == host, root.position == moment.position else {
            throw RepositoryError(.damaged, "\(subject) is damaged: it belongs to another moment.")
        }
        return root
    }

    /// The JSON of a moment's machine description.
    package func readMachine(_ moment: Moment, host: HostIdentifier) throws(RepositoryError) -> [UInt8] {
        let bytes = try store.readVerified(
            ObjectName.machine(host: host, digest: moment.machine.digest), moment.machine,
            subject: "The machine description of \(Timestamp.text(ofNanoseconds: moment.time))")
        return try decoding { () throws(FormatError) in
            try MachineObject.decode(bytes, digest: moment.machine.digest)
        }
    }
}

extension Head {
    /// The head's bytes. Throws `badInput` when readers would refuse them, for a clock far off, say: such a head would end
    /// the timeline.
    package func publishable() throws(RepositoryError) -> [UInt8] {
        let bytes = encoded()
        do throws(FormatError) {
            guard bytes.count <= Limits.head else {
                throw FormatError(.aboveLimit, "It would have \(bytes.count) bytes; the limit is \(Limits.head).")
            }
            _ = try Head.decode(bytes, host: host, number: number)
        } catch {
            throw RepositoryError(
                .badInput,
                "Head \(number) of \(hostName) was not published, for readers would refuse it: \(error.message) "
                    + "The timeline is as it was. Check the clock of the host.")
        }
        return bytes
    }
}
