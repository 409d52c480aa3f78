internal import BlockDevices
internal import FoundationEssentials
internal import LinuxSystem

/// What `qemu-img` says about an image before it is served.
struct QemuImage {
    /// One file of a chain of images, as `qemu-img info --output=json` describes it.
    struct Layer: Decodable {
        var filename: String
        var format: String
        var encrypted: Bool?
    }

    /// The image itself first, then what it is based on.
    let layers: [Layer]

    /// Reads the chain's headers and checks each image's metadata against its file (`qemu-img check`), because QEMU
    /// reads zeros where a file was cut off.
    init(_ path: String, absolutePath: String, format: ImageFormat) throws(BlockDeviceError) {
        let described = try Self.run(
            ["info", "--backing-chain", "--output=json", "-f", format.driver, absolutePath], about: path)
        guard described.status.isSuccess else { throw Self.error(path, described.errorText) }
        do {
            layers = try JSONDecoder().decode([Layer].self, from: Data(described.output))
        } catch {
            throw BlockDeviceError(
                .inputOutput, "Cannot read \(path): qemu-img described it in an unknown way.", cause: error)
        }
        if let locked = layers.first(where: { $0.encrypted == true || $0.format == "luks" }) {
            throw BlockDeviceError(
                .unsupported,
                "Cannot read \(path): \(locked.filename) is encrypted. Nothing was read. Decrypt it first, for example "
                    + "with qemu-img convert.")
        }
        for layer in layers where layer.format != "raw" {
            let checked = try Self.run(["check", "-f", layer.format, layer.filename], about: path)
            // 3: only leaked room; 63: the format has no check (VHD, whose end was looked at).
            guard [.exited(0), .exited(3), .exited(63)].contains(checked.status) else {
                throw Self.error(path, checked.errorText.isEmpty ? Self.lines(checked.output) : checked.errorText)
            }
        }
    }

    private static func run(
        _ arguments: [String], about path: String
    ) throws(BlockDeviceError) -> ChildProcess.Captured {
        do throws(SystemCallError) { return try ChildProcess.run(["qemu-img"] + arguments) } catch {
            throw missing(path, "qemu-img", error)
        }
    }

    /// The error of a QEMU program that did not start.
    static func missing(_ path: String, _ program: String, _ cause: SystemCallError) -> BlockDeviceError {
        guard cause.isNotFound else { return BlockDeviceError("Cannot read \(path): \(program) does not start", cause) }
        return BlockDeviceError(
            .unsupported,
            "Cannot read \(path): \(program) is not installed. Install the Debian package qemu-utils, or convert the "
                + "image to a raw one.")
    }

    /// The error of a QEMU program that refused the image, in its own words.
    static func error(_ path: String, _ said: String) -> BlockDeviceError {
        // QEMU locks the images of running machines, and names the lock.
        if said.contains("lock") && said.contains("Is another process using the image") {
            return BlockDeviceError(
                .inUse, "Cannot read \(path): a running virtual machine uses it. Shut it down, or capture its host.")
        }
        return BlockDeviceError(.inputOutput, "Cannot read \(path): QEMU refuses it: \(said.prefix(500))")
    }

    private static func lines(_ output: [UInt8]) -> String {
        String(decoding: output.prefix(500), as: UTF8.self).split(separator: "\n").joined(separator: "; ")
    }
}
