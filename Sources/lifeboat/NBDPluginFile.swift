import LinuxSystem

/// The nbdkit plugin that belongs to this program.
enum NBDPluginFile {
    private static let name = "liblifeboat-nbdkit.so"

    /// Beside the program, as it is built, or in ../lib/lifeboat, as it is installed.
    static func find() throws -> String {
        let folder = Files.parent(of: try Files.realPath("/proc/self/exe"))
        let places = ["\(folder)/\(name)", "\(Files.parent(of: folder))/lib/lifeboat/\(name)"]
        guard let found = places.first(where: { Files.exists($0) }) else {
            throw ViewError(
                ExitStatus.failed,
                "Cannot serve a moment: the nbdkit plugin is neither \(places.joined(separator: " nor ")). Build it "
                    + "(swift build --product lifeboat-nbdkit), or install the whole of Lifeboat.")
        }
        return found
    }
}
