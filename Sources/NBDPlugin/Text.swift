internal import Glibc
internal import Repository

/// Texts that cross over to C.
enum Text {
    /// A copy that is never freed, for what lives as long as the process.
    static func forever(_ text: String) -> UnsafePointer<CChar>? { strdup(text).map { UnsafePointer($0) } }

    /// An error as it is printed. The code comes first: programs that run nbdkit tell damage from an outage by it.
    static func said(_ error: any Error) -> String {
        guard let error = error as? RepositoryError else { return "\(error)" }
        return "\(error.code.name): \(error)"
    }
}
