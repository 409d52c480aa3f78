import FoundationEssentials
import Glibc
import Synchronization

/// What libFuzzer calls (LLVM, "libFuzzer – a library for coverage-guided fuzz testing").
///
/// libFuzzer leaves arguments with two dashes to us: `--object=NAME` for one parser alone; `--seeds=DIR` writes the inputs to
/// start from and ends, `--number=NAME` prints a parser's number and ends.
private let chosen = Mutex<String?>(nil)

@_cdecl("LLVMFuzzerInitialize")
package func initialize(
    _ count: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>>>
) -> Int32 {
    for number in 1..<max(1, Int(count.pointee)) {
        let argument = String(cString: arguments.pointee[number])
        if argument.hasPrefix("--object=") {
            let name = String(argument.dropFirst(9))
            guard FuzzObject.all.contains(where: { $0.name == name }) else {
                print("No parser is called \(name). There are: \(FuzzObject.all.map(\.name).joined(separator: " "))")
                exit(2)
            }
            chosen.withLock { $0 = name }
        } else if argument.hasPrefix("--number=") {
            print(FuzzObject.all.firstIndex { $0.name == argument.dropFirst(9) } ?? -1)
            exit(0)
        } else if argument.hasPrefix("--seeds=") {
            writeSeeds(into: String(argument.dropFirst(8)))
        }
    }
    return 0
}

private func writeSeeds(into folder: String) -> Never {
    for (name, bytes) in FuzzObject.inputs(of: chosen.withLock { $0 }) {
        guard let file = fopen("\(folder)/\(name)", "w"), fwrite(bytes, 1, bytes.count, file) == bytes.count,
            fclose(file) == 0
        else {
            print("\(folder)/\(name) cannot be written.")
            exit(1)
        }
    }
    exit(0)
}

@_cdecl("LLVMFuzzerTestOneInput")
package func testOneInput(_ data: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
    FuzzObject.run(UnsafeBufferPointer(start: data, count: count), only: chosen.withLock { $0 }) ? 0 : -1
}
