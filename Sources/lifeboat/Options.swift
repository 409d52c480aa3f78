import ArgumentParser
import LinuxSystem
import Repository
import RepositoryFormat

/// `--repository LOCATION`, and how it is opened.
struct RepositoryOptions: ParsableArguments {
    @Option(name: .customLong("repository"), help: ArgumentHelp("Directory or http(s) URL.", valueName: "location"))
    var location: String

    /// Opens it for reading; `retrying` hears of every attempt that is repeated, on the thread that waits.
    func open(retrying: @escaping @Sendable (HTTPStore.Retry) -> Void = { _ in }) throws -> Repository {
        try Repository.open(
            try StoreLocation.open(location, shouldStop: { Interruption.isRequested }, observer: retrying))
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
