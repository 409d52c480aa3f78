/// `lifeboat-extents make DIR EXTENTS | restore DIR`: see scripts/bench-memory.
@main
enum Main {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 3 else { return print("usage: lifeboat-extents make DIR EXTENTS | restore DIR") }
        switch arguments[1] {
        case "make": try Generator(path: arguments[2], extents: UInt64(arguments.last ?? "") ?? 1_000_000).run()
        case "restore": try Restoring(path: arguments[2]).run()
        default: print("unknown: \(arguments[1])")
        }
    }
}
