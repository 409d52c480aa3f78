import Buffers
import Glibc
import LinuxSystem
import Testing

@Suite("File descriptors")
struct FileDescriptorTests {
    let scratch: ScratchDirectory

    init() throws { scratch = try ScratchDirectory() }

    @Test("what was written is read back, and a file that ends early says so")
    func readAndWrite() throws {
        let file = try FileDescriptor(scratch["a"], [.write, .createNew])
        try file.write([1, 2, 3, 4], at: 510)
        let buffer = AlignedBuffer(capacity: 4096)
        #expect(try file.read(into: buffer.all, at: 0) == 514)
        #expect(buffer[510..<514].withBytes { Array($0) } == [1, 2, 3, 4])
        #expect(buffer[0..<510].withBytes { $0.allSatisfy { $0 == 0 } })
        let error = #expect(throws: SystemCallError.self) { try file.readFully(into: buffer.all, at: 0) }
        #expect(error?.isEndOfFile == true)
        #expect(error?.path == scratch["a"])
    }

    @Test("an error names the call, the path and the reason")
    func errorText() throws {
        let path = scratch["none"]
        let error = #expect(throws: SystemCallError.self) { _ = try FileDescriptor(path) }
        #expect(error?.description == "open \(path): No such file or directory")
        #expect(error?.isNotFound == true)
        #expect(throws: SystemCallError.self) {
            try FileDescriptor(scratch["b"], [.write, .createNew]).zeroOut(0..<512)
        }
    }

    @Test("holes are found, made, and give their room back")
    func holes() throws {
        let mebibyte: UInt64 = 1 << 20
        let file = try FileDescriptor(scratch["sparse"], [.write, .createNew])
        try file.truncate(to: 8 * mebibyte)
        try file.write([UInt8](repeating: 7, count: Int(mebibyte)), at: 2 * mebibyte)
        try file.write([UInt8](repeating: 7, count: Int(mebibyte)), at: 5 * mebibyte)
        #expect(try file.seekData(from: 0) == 2 * mebibyte)
        #expect(try file.seekHole(from: 2 * mebibyte) == 3 * mebibyte)
        try file.punchHole(5 * mebibyte..<6 * mebibyte)
        #expect(try file.seekData(from: 3 * mebibyte) == nil)
        try file.synchronize()
        let status = try file.status()
        #expect(status.sizeInBytes == 8 * mebibyte)
        #expect(status.allocatedBytes >= mebibyte && status.allocatedBytes < 2 * mebibyte)
        #expect(status.kind == .regularFile)
    }

    @Test("a lock is refused while another open file has it, and free after its owner is gone")
    func locks() throws {
        do {
            let first = try FileDescriptor(scratch["lock"], [.write, .create])
            let second = try FileDescriptor(scratch["lock"], [.write])
            #expect(try first.lockExclusively())
            #expect(try !second.lockExclusively())
        }
        let third = try FileDescriptor(scratch["lock"], [.write])
        #expect(try third.lockExclusively())
    }

    @Test("a lock ends with its owner, also while a process that is being started has a copy of its descriptor")
    func lockOfACopy() throws {
        let path = scratch["lock"]
        var copy: Int32 = -1
        do {
            let owner = try FileDescriptor(path, [.write, .create])
            #expect(try owner.lockExclusively())
            copy = owner.withNumber { dup($0) }
        }
        defer { close(copy) }
        #expect(copy >= 0)
        #expect(try FileDescriptor(path, [.write]).lockExclusively())
    }

    @Test("a scripted fault fails the call it names on its path and no other")
    func faults() throws {
        let path = scratch["faulty"]
        let file = try FileDescriptor(path, [.write, .createNew])
        let other = try FileDescriptor(scratch["other"], [.write, .createNew])
        try FaultScript.with({ call, on in call == "fsync" && on == path ? 5 : nil }) {
            let error = #expect(throws: SystemCallError.self) { try file.synchronize() }
            #expect(error?.reason == "Input/output error")
            try file.write([1], at: 0)
            try other.synchronize()
        }
        try file.synchronize()
    }
}
