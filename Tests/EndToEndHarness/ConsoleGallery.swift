import Foundation

/// The menu as it stands on a machine's screen, one picture a screen, for docs/console.md: a whole restore at the keyboard.
package final class ConsoleGallery {
    /// A screen: what stands on it when it is there, and what is typed when it has been pictured.
    package struct Stop: Sendable {
        /// Also the name of its picture.
        package let name: String
        package let words: [String]
        package let answer: String
        package let seconds: Double
        /// How much the machine has written to its disk, at least, when it is pictured.
        package let mebibytesWritten: Int

        package init(
            _ name: String, _ words: [String], type answer: String, seconds: Double = 180,
            mebibytesWritten: Int = 0
        ) {
            self.name = name
            self.words = words
            self.answer = answer
            self.seconds = seconds
            self.mebibytesWritten = mebibytesWritten
        }
    }

    private let matrix: Matrix
    private let workspace: Workspace
    private let pictures: String
    private let tell: (String) -> Void
    private static let cell = MatrixCell(.dep, MatrixTarget(.uefi, .nvme, sizeFactor: 3, networkCards: [.vmxnet3]))

    /// - Parameter pictures: the directory that gets `NAME.png`.
    package init(_ workspace: Workspace, pictures: String, tell: @escaping (String) -> Void) throws {
        matrix = Matrix(workspace, tell: tell)
        (self.workspace, self.pictures, self.tell) = (workspace, pictures, tell)
        try FileManager.default.createDirectory(atPath: pictures, withIntermediateDirectories: true)
    }

    /// - Parameters:
    ///   - month: `lifeboat-month`, which gives the repository a second host, with a day of writes.
    ///   - stops: from what the server is to the machine, the host's name and the target's serial.
    package func show(
        month: String, _ stops: (_ server: String, _ host: String, _ serial: String) -> [Stop]
    ) throws {
        try Command("rm", "-rf", matrix.repository).run()
        try Command(month, "make", matrix.repository, "1").run()
        let facts = try matrix.source(Self.cell.source)
        let targets = try matrix.makeTargets(Self.cell, facts: facts)
        defer { for target in targets { unlink(target) } }
        try DirtyDisk.make(targets[0], size: Self.cell.target.size(ofSource: try facts.number("disk_bytes")))
        let server = try WebServer.lifeboat(
            program: workspace.lifeboat, repository: matrix.repository, log: workspace.log("gallery-server.log"))
        defer { server.stop() }
        let hardware = Self.cell.target.hardware(name: "gallery", disks: targets, iso: workspace.iso)
        let machine = try Machine(hardware, logs: workspace.logs)
        defer { machine.stop() }
        let raw = workspace.log("gallery.png")
        let screen = VGAScreen(machine, picture: raw)
        let name = try facts.text("name")
        for stop in stops(server.addressInGuest, name, MatrixTarget.serial(0)) {
            try screen.wait(for: stop.words, within: stop.seconds)
            if stop.mebibytesWritten > 0 { try wait(for: stop, machine, screen) }
            // Sixteen colours are what a console has: a palette makes the picture small.
            try Command(
                "sh", "-c", "pngtopnm '\(raw)' | pnmquant -quiet 16 | pnmtopng -quiet -compression 9 >\"$1\"", "sh",
                "\(pictures)/\(stop.name).png"
            ).run()
            tell("\(stop.name), then \"\(stop.answer)\"")
            try machine.monitor.type(stop.answer)
        }
    }

    /// By what QEMU has written: tesseract does not read a bar that is half full, nor the number behind it.
    private func wait(for stop: Stop, _ machine: Machine, _ screen: VGAScreen) throws {
        let deadline = Date(timeIntervalSinceNow: stop.seconds)
        while try machine.monitor.bytesWritten() >> 20 < stop.mebibytesWritten {
            guard Date() < deadline else { throw HarnessError("\(stop.name): too little is written") }
            usleep(200_000)
        }
        try screen.wait(for: stop.words, within: stop.seconds)
    }
}
