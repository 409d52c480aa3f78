internal import KeyValueStore
internal import LinuxSystem
internal import Repository
internal import RepositoryFormat

/// A request that is not done: what the client is told, and what the log says.
struct Refusal: Error, Sendable {
    enum Status: Int, Sendable {
        case badRequest = 400
        case unauthorized = 401
        case forbidden = 403
        case notFound = 404
        case methodNotAllowed = 405
        case conflict = 409
        case lengthRequired = 411
        case preconditionFailed = 412
        case contentTooLarge = 413
        case internalServerError = 500
        case noRoom = 507
    }

    var status: Status
    /// What the client should do, as a word.
    var code: String
    var message: String

    init(_ status: Status, _ code: String, _ message: String) {
        self.status = status
        self.code = code
        self.message = message
    }

    static func forbidden(_ message: String) -> Refusal { Refusal(.forbidden, "forbidden", message) }
    static func malformed(_ message: String) -> Refusal { Refusal(.badRequest, "malformed", message) }
    static let noRoom = Refusal(
        .noRoom, "no-room",
        "The server has no room left for the repository or its own state.")

    /// What an error of one of the libraries means for a client.
    init(_ error: any Error) {
        switch error {
        case let error as Refusal: self = error
        case let error as FormatError: self = .malformed(error.message)
        case let error as StoreError: self.init(cause: error.cause, code: error.code.name, message: error.message)
        case let error as RepositoryError:
            switch error.code {
            case .unknownHost, .noMoment: self.init(.notFound, error.code.name, error.message)
            case .locked: self.init(.conflict, error.code.name, error.message)
            case .badInput: self.init(.badRequest, error.code.name, error.message)
            default: self.init(cause: error.cause, code: error.code.name, message: error.message)
            }
        case let error as KeyValueError where error.isOutOfSpace: self = .noRoom
        case let error as SystemCallError where error.isOutOfSpace: self = .noRoom
        default: self.init(.internalServerError, "failed", "\(error)")
        }
    }

    private init(cause: (any Error)?, code: String, message: String) {
        if let call = cause as? SystemCallError, call.isOutOfSpace {
            self = .noRoom
        } else if code == StoreError.Code.locked.name {
            self.init(.conflict, code, message)
        } else {
            self.init(.internalServerError, code, message)
        }
    }
}
