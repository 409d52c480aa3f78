import ProgramHarness
import Testing

/// Passphrases of LUKS containers: where they come from, and where they are never seen. Whether this machine can open a container
/// (device mapper) does not matter here: that one opens with what was typed is shown by the matrix of the end-to-end tests.
@Suite struct PassphraseTests {
    private static let secret = "correct-horse-battery"

    /// An image with one partition, a LUKS2 container that `secret` opens.
    private static func disk(in scratch: Scratch) throws {
        try scratch.sh(
            """
            truncate -s 64M container; truncate -s 80M disk.img; printf '\(secret)\\n' > key
            printf \(secret) | cryptsetup luksFormat -q --type luks2 --uuid 0b3cdb0d-7a2d-4b0e-9c55-8d2f3a6f7c11 \
                --pbkdf pbkdf2 --pbkdf-force-iterations 1000 container -
            printf 'label: gpt\\nstart=2048\\n' | sfdisk -q disk.img
            dd if=container of=disk.img bs=1M seek=1 conv=notrunc status=none; rm container
            """)
    }

    @Test(
        "a passphrase from a file or a pipe is tried, and stands nowhere in what is said",
        arguments: ["--passphrase-file key < /dev/null", "--passphrase-file - < key", "< /dev/null"])
    func given(words: String) throws {
        let scratch = try Scratch()
        try Self.disk(in: scratch)
        let before = try scratch.sh("sha256sum disk.img")
        try scratch.sh(
            "'\(Program.path)' adapt --disk disk.img --dry-run --json \(words) > said 2>&1 && exit 1 || true")
        let said = try scratch.sh("cat said")
        #expect(said.contains("0b3cdb0d-7a2d-4b0e-9c55-8d2f3a6f7c11") && !said.contains(Self.secret), "\(said)")
        // Without any it is not even tried.
        #expect(said.contains("no passphrase opened it") == !words.contains("key"), "\(said)")
        #expect(try scratch.sh("sha256sum disk.img") == before)
    }

    @Test("at a terminal it is asked for, and not shown")
    func typed() throws {
        let scratch = try Scratch()
        try Self.disk(in: scratch)
        try scratch.sh(
            """
            mkfifo keyboard
            script -qefc "'\(Program.path)' adapt --disk disk.img --dry-run" screen < keyboard > /dev/null &
            exec 3> keyboard
            for try in $(seq 200); do grep -q 'locked): ' screen 2>/dev/null && break; sleep 0.1; done
            printf '\(Self.secret)\\n' >&3
            wait %1 || true
            """)
        let screen = try scratch.sh("cat screen")
        #expect(screen.contains("Passphrase of partition 1 of disk.img (LUKS 0b3cdb0d"), "\(screen)")
        #expect(!screen.contains(Self.secret), "\(screen)")
        #expect(!screen.contains("no passphrase opened it"), "\(screen)")
    }

    @Test("a file that cannot be read, and two passphrases from one pipe, are bad usage")
    func usage() throws {
        let scratch = try Scratch()
        try Self.disk(in: scratch)
        for words in [["--passphrase-file", "missing"], ["--passphrase-file", "-", "--passphrase-file", "-"]] {
            let outcome = try scratch.lifeboat(["adapt", "--disk", "disk.img", "--dry-run"] + words).expecting(2)
            #expect(outcome.errors.contains("--passphrase-file"), "\(outcome)")
        }
    }
}
