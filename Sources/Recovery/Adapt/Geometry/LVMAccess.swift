internal import BlockDevices
internal import LinuxSystem

/// The LVM physical volumes directly on restored disks, as loop devices while this value lives, and lvm told to look at these
/// and to activate nothing.
final class LVMAccess {
    private let loops: [(place: GrowthPlace, description: String, loop: LoopDevice)]

    /// - Parameter isReadOnly: whether lvm can change nothing.
    init(_ disks: [GrowingDisk], _ machine: TargetMachine, isReadOnly: Bool = true) throws(RecoveryError) {
        var loops: [(GrowthPlace, String, LoopDevice)] = []
        for disk in disks {
            for plot in disk.plots where plot.signatures.all.map(\.type) == ["LVM2_member"] {
                do throws(SystemCallError) {
                    let loop = try LoopDevice(
                        machine.disks[disk.number].path, offset: plot.range.lowerBound,
                        length: UInt64(plot.range.count), isReadOnly: isReadOnly)
                    loops.append((plot.place, plot.description, loop))
                } catch {
                    throw RecoveryError(.failed, "\(plot.description) cannot be opened for lvm.", cause: error)
                }
            }
        }
        self.loops = loops
    }

    var isEmpty: Bool { loops.isEmpty }

    func device(of place: GrowthPlace) -> String? { loops.first { $0.place == place }?.loop.path }

    func place(of device: String) -> (place: GrowthPlace, description: String)? {
        loops.first { $0.loop.path == device }.map { ($0.place, $0.description) }
    }

    func report() throws(RecoveryError) -> LVMReport {
        try LVMReport(
            physical: try run(["pvs"] + LVMReport.options + ["-o", LVMReport.physicalFields]),
            logical: try run(["lvs"] + LVMReport.options + ["-o", LVMReport.logicalFields]))
    }

    /// What lvm printed. Throws `failed` with its words.
    @discardableResult
    func run(_ words: [String]) throws(RecoveryError) -> [UInt8] {
        let command = Self.command(words, devices: loops.map(\.loop.path))
        do {
            let result = try ChildProcess.run(command)
            guard result.status.isSuccess else {
                throw RecoveryError(
                    .failed,
                    "lvm \(words.joined(separator: " ")) ended with \(result.status): \(result.errorText.suffix(400))")
            }
            return result.output
        } catch let error as RecoveryError { throw error } catch {
            throw RecoveryError(.failed, "lvm cannot be run.", cause: error)
        }
    }

    static func command(_ words: [String], devices: [String]) -> [String] {
        let filter = devices.map { "\"a|^\($0)$|\"" } + ["\"r|.*|\""]
        let settings =
            "devices { use_devicesfile=0 filter=[\(filter.joined(separator: ","))] } backup { backup=0 archive=0 } "
            + "global { activation=0 event_activation=0 use_lvmlockd=0 }"
        return ["lvm"] + words + ["--config", settings]
    }
}
