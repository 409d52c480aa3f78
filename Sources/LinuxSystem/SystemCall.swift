internal import Glibc

/// Runs one system call: retries `EINTR`, asks the fault script first, and turns a negated errno into an error.
@inline(__always)
func kernel(
    _ call: StaticString, _ path: @autoclosure () -> String, _ body: () -> Int64
) throws(SystemCallError) -> Int64 {
    if FaultScript.isActive, let number = FaultScript.fault(call: "\(call)", path: path()) {
        throw SystemCallError(call: "\(call)", number: number, path: path())
    }
    while true {
        let result = body()
        if result >= 0 { return result }
        if result == Int64(-EINTR) { continue }
        throw SystemCallError(call: "\(call)", number: Int32(-result), path: path())
    }
}

/// The result of a glibc call that sets `errno`, in the form that `kernel` takes.
@inline(__always)
func answer(_ result: some BinaryInteger) -> Int64 { result < 0 ? -Int64(errno) : Int64(result) }
