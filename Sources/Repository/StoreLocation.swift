/// A LOCATION of the command line: a directory or an http(s) URL.
package enum StoreLocation {
    /// The store at a location. Nothing is read yet. Throws `badInput` for another scheme or an empty text.
    /// `shouldStop` and `observer` as for `HTTPStore`. With `writing` a server's store takes captures.
    package static func open(
        _ location: String, access: RepositoryAccess = .open, writing: Bool = false,
        shouldStop: @escaping @Sendable () -> Bool = { false },
        observer: (@Sendable (HTTPStore.Retry) -> Void)? = nil
    ) throws(RepositoryError) -> any ObjectStore {
        if location.hasPrefix("http://") || location.hasPrefix("https://") {
            do {
                let store = try HTTPStore(url: location, access: access, shouldStop: shouldStop, observer: observer)
                return writing ? HTTPWritableStore(store) : store
            } catch { throw RepositoryError(error, object: location) }
        }
        guard !location.isEmpty, !location.contains("://") else {
            throw RepositoryError(
                .badInput, "\"\(location)\" is not a repository's location: give a directory or an http(s) URL.")
        }
        return DirectoryStore(location)
    }

    /// The directory of a location that can be written.
    package static func directory(_ location: String) throws(RepositoryError) -> DirectoryStore {
        guard let store = try open(location) as? DirectoryStore else {
            throw RepositoryError(.badInput, "\(location) is read-only: a repository is made in a directory.")
        }
        return store
    }
}
