import LinuxSystem
import Recovery
import Testing

/// The converted disks, started by the other firmware in QEMU: a Linux kernel whose initramfs says by what it was started.
@Suite("A converted disk starts", .serialized)
struct FirmwareChangeBootTests {
    private static let initProgram = """
        #include <stdio.h>
        #include <unistd.h>
        #include <termios.h>
        #include <fcntl.h>
        #include <sys/mount.h>
        #include <sys/reboot.h>
        #include <sys/stat.h>
        int main(void) {
            mkdir("/dev", 0755); mkdir("/sys", 0755);
            mount("dev", "/dev", "devtmpfs", 0, ""); mount("sys", "/sys", "sysfs", 0, "");
            int out = open("/dev/ttyS0", O_WRONLY);
            dprintf(out, "\\nRESTORED-SYSTEM-UP firmware=%s\\n", access("/sys/firmware/efi", F_OK) ? "bios" : "uefi");
            tcdrain(out); sleep(1); reboot(RB_POWER_OFF);
            for (;;) pause();
        }
        """

    /// Puts a kernel and an initramfs into the tree.
    private func fill(_ fixture: BootFixture) throws {
        let folders = ["/boot", GuestKernel.folder + "/boot"]
        let kernel = try #require(
            folders.flatMap { folder in
                ((try? Files.names(in: folder)) ?? []).filter { $0.hasPrefix("vmlinuz-") }.map { "\(folder)/\($0)" }
            }.first, "no kernel: run scripts/lib/guestfs-kernel")
        try BootFixture.run(["cp", kernel, "\(fixture.tree.root)/boot/vmlinuz-1"])
        let scratch = fixture.scratch["initramfs"]
        try Files.makeDirectories(scratch)
        try Files.write(Array(Self.initProgram.utf8), to: "\(scratch).c")
        try BootFixture.run(["gcc", "-static", "-O1", "-o", "\(scratch)/init", "\(scratch).c"])
        try BootFixture.run([
            "sh", "-c",
            "cd '\(scratch)' && echo init | cpio --quiet -o -H newc >'\(fixture.tree.root)/boot/initrd.img-1'",
        ])
    }

    /// The serial console of a machine with the disk, until it ends or the time is over.
    private func start(_ fixture: BootFixture, uefi: Bool, seconds: Int = 150) throws -> String {
        var arguments = [
            "timeout", "-k", "5", "\(seconds)", "qemu-system-x86_64", "-machine", "q35", "-accel", "tcg", "-cpu", "max",
            "-m",
            "512",
            "-display", "none", "-no-reboot", "-nodefaults", "-vga", "std", "-serial", "stdio",
            "-drive", "file=\(fixture.disk),if=none,id=disk,format=raw,cache=unsafe", "-device",
            "virtio-blk-pci,drive=disk",
        ]
        if uefi {
            let variables = fixture.scratch["vars.fd"]
            try BootFixture.run(["cp", "/usr/share/OVMF/OVMF_VARS_4M.fd", variables])
            arguments += [
                "-drive", "if=pflash,format=raw,unit=0,readonly=on,file=/usr/share/OVMF/OVMF_CODE_4M.fd",
                "-drive", "if=pflash,format=raw,unit=1,file=\(variables)",
            ]
        }
        let result = try ChildProcess.run(arguments)
        return String(decoding: result.output, as: UTF8.self) + result.errorText
    }

    @Test("from BIOS to UEFI: OVMF, which knows nothing of the disk, starts it by the fallback path")
    func uefi() throws {
        let fixture = try BootFixture("-n1:2048:+1M -t1:ef02 -n2:0:+64M -t2:8300", rootPartition: 2)
        try fill(fixture)
        try fixture.fill(2)
        try fixture.tree.write(
            try Files.contents(of: BootFixture.monolithic, limit: 16 << 20), to: BootFixture.monolithic)
        let before = try start(fixture, uefi: true, seconds: 30)
        #expect(!before.contains("RESTORED-SYSTEM-UP"), "the judge is not blind: it does not start before")
        try fixture.adapt()
        #expect(try fixture.red().isEmpty)
        let console = try start(fixture, uefi: true)
        #expect(console.contains("RESTORED-SYSTEM-UP firmware=uefi"), "\(console.suffix(2_000))")
    }

    @Test(
        "from UEFI to BIOS: SeaBIOS starts it",
        arguments: ["-n1:2048:+64M -t1:ef00 -n2:0:+64M -t2:8300", "label: dos\\n2048,131072,ef\\n,131072,83\\n"])
    func bios(table: String) throws {
        var fixture = try BootFixture(table, rootPartition: 2)
        fixture.firmware = .bios
        try fill(fixture)
        try fixture.fill(2)
        try fixture.fillRescue()
        try fixture.adapt()
        #expect(try fixture.red().isEmpty)
        let console = try start(fixture, uefi: false)
        #expect(console.contains("RESTORED-SYSTEM-UP firmware=bios"), "\(console.suffix(2_000))")
    }
}
