package import FoundationEssentials

/// What a server answers when a capture begins (docs/http-api.md, "Captures").
package struct CaptureSession: Codable, Hashable, Sendable {
    /// Names this capture in the header of all its requests.
    package var capture: UUID
    package var host: UUID
    /// The host has no head yet.
    package var isNew: Bool

    package init(capture: UUID, host: UUID, isNew: Bool) {
        self.capture = capture
        self.host = host
        self.isNew = isNew
    }

    /// Name of the header.
    package static let header = "Lifeboat-Capture"
}

/// An error as the server's interface gives it.
package struct ServiceErrorReport: Codable, Sendable {
    package var code: String
    package var message: String

    package init(code: String, message: String) {
        self.code = code
        self.message = message
    }
}
