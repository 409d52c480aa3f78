internal import Archives
internal import LinuxSystem

/// Puts the drivers of this machine's disks into the initramfs of every installed kernel: an archive with the modules that it
/// lacks, and new indexes over all of them, is added at its end. No program of the restored system runs for that, and it takes
/// a second. The system's own tool is told of them, for the day when it makes an image anew.
package struct InitramfsStep: AdaptationStep {
    package let name = "initramfs"
    package typealias ExtraFiles = @Sendable (RestoredSystem) throws(RecoveryError) -> [(path: String, bytes: [UInt8])]

    /// More files for every initramfs, such as those that name network interfaces: path (without a leading "/") and bytes.
    private let files: ExtraFiles
    private let cache = InitramfsCache()

    package init(files: @escaping ExtraFiles = { (_) throws(RecoveryError) in [] }) { self.files = files }

    package func plan(_ system: RestoredSystem) throws(RecoveryError) -> AdaptationPlan {
        var plan = AdaptationPlan()
        let files = try files(system)
        var added: Set<String> = []
        for (index, images) in try Self.kernels(of: system) {
            let needs = DriverNeeds(machine: system.machine).modules(for: index)
            plan.warnings += needs.missing.sorted().map {
                "Kernel \(index.release) of the restored system has no driver \($0), which a disk of this machine uses."
            }
            for image in images {
                let lacking = try add(image, needs.modules, files, index, system, to: &plan)
                added.formUnion(index.leading(lacking))
            }
        }
        // First, so that a run that is cut off comes back to it: with the images its reason is gone.
        do throws(SystemCallError) {
            plan.changes = try LastingDrivers(tree: system.tree).changes(adding: added) + plan.changes
        } catch {
            throw RecoveryError(
                .failed, "The settings of the tool that makes initramfs images cannot be read: \(error).")
        }
        return plan
    }

    /// Plans what one image gets; answers the drivers among it.
    private func add(
        _ image: String, _ needed: Set<String>, _ files: [(path: String, bytes: [UInt8])], _ index: ModuleIndex,
        _ system: RestoredSystem, to plan: inout AdaptationPlan
    ) throws(RecoveryError) -> Set<String> {
        let contents: InitramfsContents
        do throws(RecoveryError) {
            contents = try cache.contents(
                image, in: system.tree, release: index.release, keeping: Set(files.flatMap { Self.places($0.path) }))
        } catch {
            plan.warnings.append("\(error.message) It is left as it is.")
            return []
        }
        let lacking = contents.lacking(needed)
        // The first place counts for udev too.
        let newFiles = files.filter { file in
            Self.places(file.path).lazy.compactMap { contents.scan.contents[$0] }.first != file.bytes
        }
        guard !lacking.isEmpty || !newFiles.isEmpty else { return [] }
        var addition = InitramfsAddition(tree: system.tree, index: index, contents: contents)
        let bytes = try addition.archive(adding: lacking, files: newFiles)
        let drivers = lacking.isEmpty ? [] : ["the drivers \(lacking.sorted().joined(separator: ", "))"]
        let what = (drivers + newFiles.map(\.path)).joined(separator: " and ")
        plan.changes.append(
            AdaptationChange(
                .append(path: image, bytes: bytes),
                reason: "\(image) gets \(what): it was made for another machine than this one"))
        return lacking
    }

    /// Where images hold what the system has at `path`: initramfs-tools puts what is in /etc of link files and rules beside udev's
    /// own (share/initramfs-tools/hooks/udev).
    private static func places(_ path: String) -> [String] {
        for (directory, own) in [("etc/systemd/network/", "systemd/network/"), ("etc/udev/rules.d/", "udev/rules.d/")]
        where path.hasPrefix(directory) {
            let name = path.dropFirst(directory.count)
            return [path, "usr/lib/\(own)\(name)", "lib/\(own)\(name)"]
        }
        return [path]
    }

    /// Images that this step has added to and that were not made anew since.
    func imagesWithAdditions(_ system: RestoredSystem) throws(RecoveryError) -> [String] {
        var found: [String] = []
        for (index, images) in try Self.kernels(of: system) {
            for image in images {
                // One that cannot be read was said by the plan, and has no additions.
                let contents = try? cache.contents(image, in: system.tree, release: index.release)
                if contents?.hasAddition == true { found.append(image) }
            }
        }
        return found
    }

    package func prove(_ system: RestoredSystem) throws(RecoveryError) -> [Proof] {
        var proofs: [Proof] = []
        for (index, images) in try Self.kernels(of: system) {
            let needs = DriverNeeds(machine: system.machine).modules(for: index)
            for image in images { proofs.append(prove(image, needs.modules, needs.missing, index, system)) }
        }
        if !proofs.isEmpty { return proofs }
        return [
            Proof(
                "a kernel with modules and an initramfs is installed", holds: false,
                detail: "none was found in /lib/modules and /boot")
        ]
    }

    private func prove(
        _ image: String, _ needed: Set<String>, _ missing: Set<String>, _ index: ModuleIndex, _ system: RestoredSystem
    ) -> Proof {
        let drivers = needed.isEmpty ? "all built in" : needed.sorted().joined(separator: ", ")
        let statement = "\(image) holds the drivers of this machine's disks for kernel \(index.release) (\(drivers))"
        let contents: InitramfsContents
        do throws(RecoveryError) {
            contents = try cache.contents(image, in: system.tree, release: index.release)
        } catch { return Proof(statement, holds: false, detail: error.message) }
        let lacking = contents.lacking(needed).union(missing)
        guard lacking.isEmpty else {
            return Proof(
                statement, holds: false,
                detail: "missing: \(lacking.sorted().joined(separator: ", ")). The system will not find its root disk.")
        }
        return Proof(statement, holds: true)
    }

    private static func kernels(of system: RestoredSystem) throws(RecoveryError) -> [(ModuleIndex, [String])] {
        do throws(SystemCallError) {
            var found: [(ModuleIndex, [String])] = []
            for kernel in try InstalledKernel.all(in: system.tree) {
                if let index = try ModuleIndex(kernel.release, in: system.tree) { found.append((index, kernel.images)) }
            }
            return found
        } catch { throw RecoveryError(.failed, "The kernels of the restored system cannot be listed: \(error).") }
    }
}
