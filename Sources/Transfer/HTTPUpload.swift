package import Buffers

/// What a request sends: a method and bytes that stay where they are until they are on the wire.
package struct HTTPUpload: Sendable {
    package enum Method: String, Sendable {
        case put = "PUT"
        case post = "POST"
        case delete = "DELETE"
    }

    package let method: Method
    package let parts: [BufferSlice]
    package let count: Int

    package init(_ method: Method, _ parts: [BufferSlice] = []) {
        self.method = method
        self.parts = parts
        count = parts.reduce(0) { $0 + $1.count }
    }

    /// The same of a small object.
    package init(_ method: Method, _ bytes: [UInt8]) {
        guard !bytes.isEmpty else {
            self.init(method)
            return
        }
        let buffer = AlignedBuffer(capacity: bytes.count)
        buffer.all.withMutableBytes { $0.copyBytes(from: bytes) }
        self.init(method, [buffer.all])
    }

    /// Copies what follows `offset` into `target`, as much as fits; says how much that was.
    func copy(from offset: Int, into target: UnsafeMutableRawBufferPointer) -> Int {
        var skip = offset
        var done = 0
        for part in parts where done < target.count {
            guard skip < part.count else {
                skip -= part.count
                continue
            }
            let length = min(part.count - skip, target.count - done)
            part[skip..<skip + length].withBytes { source in
                UnsafeMutableRawBufferPointer(rebasing: target[done..<done + length]).copyMemory(from: source)
            }
            done += length
            skip = 0
        }
        return done
    }
}
