/// How far a verification is. The total is known once hosts, moments and maps were walked; before that it is 0.
package struct VerificationProgress: Hashable, Sendable {
    package var bytesDone: UInt64
    package var bytesTotal: UInt64
    /// Damages found so far.
    package var damages: Int
}

extension Repository {
    /// Reads everything that the repository's moments need and compares it with its digests; where the store can be
    /// listed, also packs that no moment needs (a later capture would use them).
    ///
    /// `deep` also decompresses every frame and computes every chunk's identity. Damage is collected, never thrown.
    /// Throws `unreachable` and `interrupted`. `observer` is called from several threads. Changes nothing, takes no lock.
    /// Memory: two frame buffers a processor, and about 100 bytes a map page and pack.
    package func verify(
        deep: Bool = false, observer: @escaping @Sendable (VerificationProgress) -> Void = { _ in }
    ) throws(RepositoryError) -> VerificationReport {
        let verifier = Verifier(self, deep: deep, observer: observer)
        return try verifier.run()
    }
}
