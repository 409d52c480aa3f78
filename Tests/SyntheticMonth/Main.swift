import Repository

/// `lifeboat-month make DIR DAYS [SEED] | open DIR TIME | walk DIR TIME`: see scripts/bench-month.
@main
enum Main {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 4 else { return print("usage: lifeboat-month make|open|walk DIR DAYS|TIME") }
        switch arguments[1] {
        case "make":
            try Generator(
                path: arguments[2], days: Int(arguments[3]) ?? 1,
                seed: arguments.count > 4 ? UInt64(arguments[4]) ?? 1 : 1
            ).run()
        case "open": try Measure(path: arguments[2]).open(arguments[3])
        case "walk": try Measure(path: arguments[2]).walk(arguments[3])
        default: print("unknown: \(arguments[1])")
        }
    }
}
