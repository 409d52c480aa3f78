import Foundation

/// Where a run keeps its files, and which programs it tries out.
package struct Workspace: Sendable {
    /// The checkout: scripts are called from here.
    package let checkout: String
    /// Disks and repository; several gigabytes.
    package let directory: String
    /// One log per console, and screenshots.
    package let logs: String
    /// The program under test.
    package let lifeboat: String
    /// The image under test.
    package let iso: String

    package init(checkout: String, directory: String, logs: String, lifeboat: String, iso: String) throws {
        self.checkout = checkout
        self.directory = directory
        self.logs = logs
        self.lifeboat = lifeboat
        self.iso = iso
        for path in [directory, logs] {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
    }

    package func file(_ name: String) -> String { directory + "/" + name }
    package func log(_ name: String) -> String { logs + "/" + name }

    /// Copies a part of the image under test ("vmlinuz") to a file.
    func extract(_ part: String, to file: String) throws {
        try Command("xorriso", "-osirrox", "on", "-indev", iso, "-extract", "/boot/\(part)", file).run()
    }

    package func script(_ name: String) -> String { checkout + "/scripts/" + name }
}
