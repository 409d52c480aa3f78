internal import RepositoryFormat
internal import Transfer

extension HTTPStore {
    /// Leaves the report of a restore at the server of a repository (docs/http-api.md, "Reports"). Harmless when repeated. Throws
    /// `RepositoryError`: with the server's own words where it does not take it.
    package func sendReport(_ bytes: [UInt8], named name: String, of host: String) throws(RepositoryError) {
        do {
            _ = try client.send(
                HTTPUpload(.put, bytes), to: base.appending("api/v1/hosts/\(host)/reports/\(name)"), limit: 64 << 10)
        } catch {
            // A proxy on the way, or another server, answers in its own words.
            let said: ServiceErrorReport? = try? decodeJSON(error.answer, subject: "The answer")
            let words = said.map { PrintableText.of($0.message) } ?? "\(error.reason)."
            throw RepositoryError(error.code == .denied ? .denied : .inputOutput, words)
        }
    }
}
