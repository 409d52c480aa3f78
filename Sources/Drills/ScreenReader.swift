internal import LinuxSystem

/// Reads what stands on the screen of a machine, for hosts without a console on the serial port: by tesseract(1), once for each
/// picture. A cursor that blinks makes several of one screen.
struct ScreenReader: ~Copyable {
    /// Ten lines of a console.
    private static let rows = 160

    private let directory: String
    private var last: [UInt8] = []
    /// Whether tesseract is there.
    private(set) var canRead = true

    init(directory: String) { self.directory = directory }

    /// The last lines of the screen; nil when they are what was read last, or when it is black.
    mutating func text(of machine: inout EmulatedMachine) throws -> String? {
        guard canRead else { return nil }
        let file = "\(directory)/screen.ppm"
        try machine.writeScreen(to: file, format: "ppm")
        let bytes = try Files.contents(of: file, limit: 1 << 30)
        guard bytes != last else { return nil }
        last = bytes
        guard let picture = ScreenPicture(ppm: bytes)?.lastLines(rows: Self.rows) else { return nil }
        return try Self.read(picture, directory: directory, canRead: &canRead)
    }

    private static func read(_ picture: [UInt8], directory: String, canRead: inout Bool) throws -> String? {
        let file = "\(directory)/lines.pgm"
        try Files.replace(file, with: picture)
        do throws(SystemCallError) {
            let result = try ChildProcess.run(["tesseract", file, "-", "--psm", "6"])
            return result.status.isSuccess ? String(decoding: result.output, as: UTF8.self) : nil
        } catch {
            guard error.isNotFound else { throw error }
            canRead = false
            return nil
        }
    }
}
