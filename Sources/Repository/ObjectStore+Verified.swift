internal import Digests
package import RepositoryFormat

extension ObjectStore {
    /// Reads an object that another names by digest: not a byte of it is used before length and digest agree.
    package func readVerified(
        _ name: String, _ reference: ObjectReference, subject: String
    ) throws(RepositoryError) -> [UInt8] {
        let bytes: [UInt8]
        do {
            bytes = try read(name, limit: Int(reference.length))
        } catch { throw RepositoryError(error, object: subject) }
        guard UInt64(bytes.count) == reference.length else {
            throw RepositoryError(
                .damaged, "\(subject) is damaged: \(name) holds \(bytes.count) bytes instead of \(reference.length).")
        }
        guard SHA256.digest(of: bytes) == reference.digest else {
            throw RepositoryError(.damaged, "\(subject) is damaged: \(name) does not match its digest.")
        }
        return bytes
    }
}

/// Runs a format decoder and turns its error into the repository's.
package func decoding<Result>(_ body: () throws(FormatError) -> Result) throws(RepositoryError) -> Result {
    do { return try body() } catch { throw RepositoryError(error) }
}
