import ArgumentParser
import LinuxSystem
import Recovery

/// Where passphrases of LUKS containers come from. Never the command line itself, which everybody can read in the list of
/// processes.
struct PassphraseOptions: ParsableArguments {
    @Option(
        name: .customLong("passphrase-file"), parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "File with a passphrase of a LUKS container; \"-\": standard input. Several are tried on every container.",
            valueName: "file"))
    var files: [String] = []

    func validate() throws {
        guard files.filter({ $0 == "-" }).count < 2 else {
            throw ValidationError("--passphrase-file - can be given once: standard input has one passphrase.")
        }
    }

    /// Reads the files.
    func known() throws -> [[UInt8]] {
        var known: [[UInt8]] = []
        for file in files {
            do throws(SystemCallError) {
                var bytes = try file == "-" ? SecretInput.readAll() : Files.contents(of: file, limit: 8192)
                // Editors and "echo" end a line; a passphrase that ends in a line feed cannot be typed either.
                if bytes.last == 0x0a { bytes.removeLast() }
                known.append(bytes)
            } catch {
                throw ValidationError("--passphrase-file \(file) cannot be read: \(error.reason).")
            }
        }
        return known
    }

    /// Reads the files. Asks on the terminal for what none of them opens, where there is one.
    func keyring() throws -> Keyring {
        let known = try known()
        guard !files.contains("-"), SecretInput.canAsk else { return Keyring(known) }
        return Keyring(known, ask: Self.ask)
    }

    private static func ask(_ container: LockedContainer, _ isRepeated: Bool) throws(RecoveryError) -> [UInt8]? {
        if isRepeated { Terminal.printError("This passphrase opens no key slot of \(container.name).") }
        if !isRepeated, let warning = container.slots?.warning { Terminal.printError("Warning: \(warning)") }
        do throws(SystemCallError) {
            let typed = try SecretInput.ask("Passphrase of \(container.name) (empty leaves it locked): ")
            return typed?.isEmpty == false ? typed : nil
        } catch {
            throw RecoveryError(
                .interrupted,
                "The passphrase of \(container.name) was not given (\(error.reason)). The system was not adapted.")
        }
    }
}
