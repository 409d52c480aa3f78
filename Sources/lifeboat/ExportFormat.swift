import ArgumentParser
import LinuxSystem

/// A disk format that an exported file can have; the names are QEMU's and the usual endings.
enum ExportFormat: String, CaseIterable, ExpressibleByArgument {
    case raw
    case qcow2
    case vhdx
    case vmdk

    /// By the ending of a file's name.
    init?(fileName: String) {
        let name = Files.lastComponent(of: fileName)
        guard let dot = name.lastIndex(of: ".") else { return nil }
        switch name[name.index(after: dot)...].lowercased() {
        case "raw", "img": self = .raw
        case let ending: self.init(rawValue: ending)
        }
    }

    static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
