import ArgumentParser
import FoundationEssentials
import LinuxSystem
import Repository
import RepositoryFormat

/// `--repository LOCATION`, and how it is opened.
struct RepositoryOptions: ParsableArguments {
    @Option(name: .customLong("repository"), help: ArgumentHelp("Directory or http(s) URL.", valueName: "location"))
    var location: String

    @OptionGroup var access: AccessOptions

    /// Opens it; `writing` makes a server's repository take captures. `retrying` hears of every attempt that is repeated,
    /// on the thread that waits.
    func open(
        writing: Bool = false, retrying: @escaping @Sendable (HTTPStore.Retry) -> Void = { _ in }
    ) throws -> Repository {
        try Repository.open(
            try StoreLocation.open(
                location, access: try access.access(), writing: writing, shouldStop: { Interruption.isRequested },
                observer: retrying))
    }
}

/// How a server is known, and how it knows this client.
struct AccessOptions: ParsableArguments {
    /// Where a token is looked for when no option gives one.
    static let variable = "LIFEBOAT_TOKEN"

    @Option(
        help: ArgumentHelp(
            "Token of the server; others on this machine see it while the command runs: --token-file or \(variable) are better.",
            valueName: "token"))
    var token: String?

    @Option(help: ArgumentHelp("File with the token as its first line.", valueName: "file"))
    var tokenFile: String?

    @Option(help: ArgumentHelp("The server's key, as \"lifeboat serve\" prints it.", valueName: "sha256"))
    var fingerprint: String?

    @Option(help: ArgumentHelp("PEM certificates to trust instead of the system's.", valueName: "file"))
    var caFile: String?

    func access() throws -> RepositoryAccess {
        guard token == nil || tokenFile == nil else { throw ValidationError("Give --token or --token-file, not both.") }
        return try RepositoryAccess(token: try secret(), fingerprint: fingerprint, caFile: caFile)
    }

    func secret() throws -> String? {
        if let token { return token }
        guard let tokenFile else {
            let value = ProcessInfo.processInfo.environment[Self.variable]
            return value?.isEmpty == false ? value : nil
        }
        let text: [UInt8]
        do {
            text = try Files.contents(of: tokenFile, limit: 64 << 10)
        } catch { throw ValidationError("--token-file \(tokenFile) cannot be read: \(error.reason).") }
        let line = String(decoding: text, as: UTF8.self).split(whereSeparator: \.isNewline).first ?? ""
        return line.trimmingPrefix { $0 == " " }.split(separator: " ").first.map(String.init) ?? ""
    }
}

struct JSONOption: ParsableArguments {
    @Flag(name: .customLong("json"), help: "Print the result as JSON on standard output.")
    var isJSON = false

    /// Prints `value` as JSON, or what `text` makes of it.
    func print<Value: Encodable>(_ value: Value, text: (Value) -> String) {
        if isJSON {
            Terminal.print(String(decoding: encodeJSON(value).dropLast(), as: UTF8.self))
        } else {
            Terminal.print(text(value))
        }
    }
}
