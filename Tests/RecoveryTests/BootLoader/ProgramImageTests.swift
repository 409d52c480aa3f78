import LinuxSystem
import Recovery
import Testing

@Suite("UEFI programs")
struct ProgramImageTests {
    @Test("shim, GRUB and systemd-boot are told apart, and signed from unsigned")
    func kinds() throws {
        let shim = try #require(PEImage(ProgramImage.shim.bytes))
        #expect(shim.loader == .shim && shim.hasSignature)
        #expect(PEImage(ProgramImage.systemdBoot.bytes)?.loader == .systemdBoot)
        #expect(PEImage(ProgramImage.systemdBoot.bytes)?.hasSignature == false)
        #expect(PEImage(ProgramImage.other.bytes)?.loader == .other)
        let grub = try #require(GRUBImage(ProgramImage.grub(prefix: "/EFI/debian", commands: "normal").bytes))
        #expect(grub.prefix == "/EFI/debian" && grub.commands == "normal")
    }

    @Test("Debian's GRUB says where it looks for its menu")
    func debian() throws {
        let bytes = try Files.contents(of: BootFixture.monolithic, limit: 16 << 20)
        let image = try #require(PEImage(bytes))
        #expect(image.loader == .grub && !image.hasSignature)
        #expect(GRUBImage(bytes)?.prefix == "/EFI/debian")
    }

    @Test("a program that is cut off anywhere, or for another machine, is none")
    func damaged() {
        let sound = ProgramImage.grub(prefix: "/EFI/debian").bytes
        for length in stride(from: 0, to: sound.count - 24, by: 7) {
            #expect(PEImage(Array(sound[..<length])) == nil, "\(length) bytes")
        }
        var arm = sound
        arm[0x44] = 0x64
        arm[0x45] = 0xaa
        #expect(PEImage(arm) == nil)
    }

    @Test("whatever the bytes of a header are, nothing outside the file is read", arguments: 0..<64)
    func fuzzed(seed: Int) {
        var bytes = ProgramImage.grub(prefix: "/EFI/debian", commands: "normal").bytes
        var state = UInt64(seed) &* 0x9e37_79b9_7f4a_7c15 | 1
        for _ in 0..<200 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let place = Int(state >> 33) % bytes.count
            let kept = bytes[place]
            bytes[place] = UInt8(truncatingIfNeeded: state >> 24)
            _ = GRUBImage(bytes)
            if seed % 2 == 0 { bytes[place] = kept }
        }
    }
}
