import Foundation
import ProgramHarness
import Testing

/// scripts/make-usb onto a disk. Whether machines start from it is seen end to end; a loop device stands for the stick, and `lsblk`
/// says of it what it says of one.
@Suite struct RescueStickTests {
    private static let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "scripts/make-usb").path

    /// An image with a partition table, and a disk as large as no image is; returns the device.
    private func disk(_ scratch: Scratch) throws -> String {
        try scratch.sh(
            #"""
            head -c 8M /dev/urandom > iso; sgdisk --clear --new=1:64:8191 iso >&2; truncate -s 1000M disk
            echo 'format = 1' > answers; mkdir bin
            echo 'case "$2" in TYPE) echo disk;; SERIAL) echo 4C53;; *) exec /usr/bin/lsblk "$@";; esac' > bin/lsblk
            chmod +x bin/lsblk
            """#)
        return try scratch.loop("disk", "--partscan")
    }

    private func makeUSB(_ scratch: Scratch, _ arguments: String, path: String = "$PWD/bin:$PATH") throws -> String {
        try scratch.sh(#"PATH="\#(path)" "$BASH" '\#(Self.script)' --iso iso \#(arguments) 2>&1 || echo "status $?""#)
    }

    @Test("a disk far larger than the image gets image, FAT partition and answer file, once its serial was said")
    func large() throws {
        let scratch = try Scratch()
        let device = try disk(scratch)
        for confirmation in ["", "--confirm 4C"] {
            let refused = try makeUSB(scratch, "\(confirmation) \(device)")
            #expect(refused.contains("--confirm 4C53. Nothing was written.\nstatus 1"), "\(refused)")
        }
        #expect(try scratch.sh("cmp -n 1000M /dev/zero \(device)").isEmpty)

        let made = try makeUSB(scratch, "--answers answers --confirm 4C53 \(device)")
        #expect(made.contains("64 MiB that can be written (LIFEBOATUSB)") && !made.contains("status"), "\(made)")
        try scratch.sh(
            """
            sfdisk --verify \(device) >&2
            cmp -n 446 iso \(device); cmp -i 32k -n 4M iso \(device)
            start=$(sfdisk --dump \(device) | sed -n '/LIFEBOATUSB/s/.*start= *\\([0-9]*\\).*/\\1/p')
            dd if=\(device) of=partition bs=512 skip=$start count=131072 status=none
            fsck.vfat -n partition >&2; mtype -i partition ::answers.toml | cmp - answers; mdir -i partition ::README.TXT >&2
            """)
    }

    @Test("a missing tool is named, with the package that has it, before anything else is looked at")
    func missingTool() throws {
        let scratch = try Scratch()
        // All but mtools.
        try scratch.sh(
            """
            head -c 1M /dev/zero > iso; mkdir some
            for tool in sfdisk mkfs.vfat lsblk; do ln -s "$(command -v $tool)" some/; done
            """)
        let said = try makeUSB(scratch, "stick", path: "$PWD/some")
        let words = "mcopy is missing; on Debian: apt install mtools. Nothing was written.\nstatus 1"
        #expect(said.contains(words), "\(said)")
        #expect(try !scratch.sh("ls").split(separator: "\n").contains("stick"))
    }
}
