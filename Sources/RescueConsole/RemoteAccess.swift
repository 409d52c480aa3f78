/// SSH into this machine, as it is now.
package struct RemoteAccess: Hashable, Sendable {
    /// What lets in; never two at a time, so that a login tells by itself what it used up.
    package enum Mode: String, Hashable, Sendable {
        case password
        /// Those that the image was built with.
        case keys
    }

    package enum Change: Hashable, Sendable {
        case look
        /// On; with a password there is a new one.
        case on(Mode)
        case off
    }

    /// A login that was let in.
    package struct Login: Hashable, Sendable {
        /// UTC, as the machine's clock had it.
        package var time: String
        package var from: String

        package init(time: String, from: String) {
            self.time = time
            self.from = from
        }

        /// A line that the forced command wrote (image/root/usr/lib/lifeboat/ssh-menu): time, address, console.
        package init?(line: some StringProtocol) {
            let words = Substring(line).split(separator: " ").map(String.init)
            guard words.count >= 2 else { return nil }
            self.init(time: words[0], from: words[1])
        }
    }

    /// nil: off.
    package var mode: Mode?
    /// Without prefix length.
    package var addresses: [String] = []
    /// "SHA256:…" of the host's key.
    package var fingerprint: String?
    /// The one-time password, until it was used.
    package var password: String?
    /// Since SSH was switched on, the oldest first.
    package var logins: [Login] = []
    /// Connections that are open now, also those that are not logged in.
    package var connections = 0
    /// What the keys of the image are called.
    package var keyNames: [String] = []

    package init(mode: Mode?) { self.mode = mode }
}
