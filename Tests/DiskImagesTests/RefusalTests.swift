import BlockDevices
import DiskImages
import LinuxSystem
import Testing

/// Images that cannot be read whole are refused before a byte of them is captured.
@Suite(.serialized)
struct RefusalTests {
    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var script: String
        var code: BlockDeviceError.Code
        /// Words of the message.
        var reason: String
    }

    static let convert = ReadTests.convert
    static let cases: [Case] = [
        Case(
            testDescription: "qcow2, cut off", script: convert + "qcow2 i; truncate -s 3M i", code: .inputOutput,
            reason: "QEMU refuses it"),
        Case(
            testDescription: "base of a qcow2, cut off",
            script: convert + "qcow2 b; qemu-img create -q -f qcow2 -b b -F qcow2 i; truncate -s 3M b",
            code: .inputOutput, reason: "QEMU refuses it"),
        Case(
            testDescription: "VMDK, cut off", script: convert + "vmdk i; truncate -s 3M i", code: .inputOutput,
            reason: "QEMU refuses it"),
        Case(
            testDescription: "extent of a VMDK, missing",
            script: convert + "vmdk -o subformat=twoGbMaxExtentSparse i.vmdk; rm i-s001.vmdk; mv i.vmdk i",
            code: .inputOutput, reason: "QEMU refuses it"),
        Case(
            testDescription: "VHDX, cut off", script: convert + "vhdx i; truncate -s 20M i", code: .inputOutput,
            reason: "QEMU refuses it"),
        Case(
            testDescription: "dynamic VHD, cut off", script: convert + "vpc i; truncate -s 3M i", code: .inputOutput,
            reason: "cut off"),
        Case(
            testDescription: "qcow2 with a garbage header",
            script: "printf 'QFI\\xfb' > i; head -c 1M /dev/urandom >> i", code: .inputOutput, reason: "QEMU refuses it"
        ),
        Case(
            testDescription: "VHDX with garbage behind its magic",
            script: "printf vhdxfile > i; head -c 4M /dev/zero >> i",
            code: .inputOutput, reason: "QEMU refuses it"),
        Case(
            testDescription: "VMDK descriptor of garbage", script: "echo '# Disk DescriptorFile' > i; echo x >> i",
            code: .inputOutput, reason: "QEMU refuses it"),
        Case(
            testDescription: "encrypted qcow2",
            script: """
                qemu-img create -q --object secret,id=s,data=x -f qcow2 -o encrypt.format=aes,encrypt.key-secret=s i 8M
                """, code: .unsupported, reason: "is encrypted"),
        Case(testDescription: "nothing", script: "true", code: .notFound, reason: "no such file"),
        Case(testDescription: "a directory", script: "mkdir i", code: .notADisk, reason: "neither"),
    ]

    @Test("an image that cannot be read whole is refused, and the message says why", arguments: cases)
    func refused(_ test: Case) throws {
        let scratch = try Scratch()
        try scratch.run(ReadTests.pattern + "(\(test.script)) >&2")
        let path = scratch.path + "/i"
        let error = #expect(throws: BlockDeviceError.self) { try DiskImages.open(path) }
        #expect(error?.code == test.code, "\(String(describing: error))")
        #expect(error?.message.contains(test.reason) == true, "\(String(describing: error))")
        #expect(error?.message.contains(path) == true)
    }

    @Test("an image that a machine writes to is in use")
    func inUse() throws {
        let scratch = try Scratch()
        try scratch.run(ReadTests.pattern + Self.convert + "qcow2 i")
        let writer = try ChildProcess(["qemu-nbd", "-f", "qcow2", "-t", "-k", scratch.path + "/s", scratch.path + "/i"])
        try scratch.run("until nbdinfo --size 'nbd+unix:///?socket=s' > /dev/null 2>&1; do sleep 0.05; done")
        let error = #expect(throws: BlockDeviceError.self) { try DiskImages.open(scratch.path + "/i") }
        #expect(error?.code == .inUse, "\(String(describing: error))")
        _ = consume writer
    }

    @Test("a raw disk whose last sector is a footer of another size stays raw, and loses nothing")
    func footerLookalike() throws {
        let scratch = try Scratch()
        try scratch.run(
            """
            truncate -s 8M disk; \(Self.convert) vpc -o subformat=fixed,force_size=on v
            truncate -s 24M i; tail -c 512 v >> i
            """)
        #expect(try ImageFormat.detect(scratch.path + "/i") == .raw)
        #expect(try ImageFormat.detect(scratch.path + "/v") == .vhd)
        #expect(try DiskImages.open(scratch.path + "/i").geometry.sizeInBytes == 24 << 20 + 512)
        #expect(try DiskImages.open(scratch.path + "/v", format: .raw) is RawDisk)
    }
}
