/// When a restored system's own tool makes the initramfs images anew that drivers were added to.
package enum InitramfsRebuild: String, CaseIterable, Sendable {
    /// Its administrator, or the next kernel, does.
    case never
    /// By a unit that runs once the system is up, and goes when it has succeeded.
    case firstBoot = "first-boot"
    /// Before drivers are added, in a mount namespace of its own. What it lacks then is added all the same.
    case now
}

/// Makes lasting what `InitramfsStep` adds: the restored system's own tool (initramfs-tools, dracut, mkinitcpio) makes the images
/// anew, told of the drivers by `LastingDrivers`. The start never depends on it: a tool that fails leaves the images with what was
/// added to them.
package struct RebuildStep: AdaptationStep {
    package let name = "rebuild"

    static let unitPath = "/etc/systemd/system/lifeboat-initramfs.service"
    /// By a drop-in and not by a link: as for `InterfaceNameGuard`.
    static let wantPath = "/etc/systemd/system/multi-user.target.d/10-lifeboat-initramfs.conf"

    private let when: InitramfsRebuild
    private let initramfs: InitramfsStep

    /// `initramfs` says what images lack or were given.
    package init(_ when: InitramfsRebuild, for initramfs: InitramfsStep) {
        self.when = when
        self.initramfs = initramfs
    }

    package func plan(_ system: RestoredSystem) throws(RecoveryError) -> AdaptationPlan {
        guard when != .never else { return AdaptationPlan() }
        let wanted = try initramfs.plan(system).changes
        var images = wanted.compactMap {
            if case .append(let path, _) = $0.action { path } else { nil }
        }
        if when == .firstBoot { images += try initramfs.imagesWithAdditions(system) }
        guard !images.isEmpty else { return AdaptationPlan() }
        guard let tool = Self.tool(of: system.tree) else {
            return AdaptationPlan(warnings: [
                "No tool that makes initramfs images is known of this system: \(images.joined(separator: ", ")) keep what was added "
                    + "to them until its administrator makes them anew."
            ])
        }
        switch when {
        case .never: return AdaptationPlan()
        case .now:
            let settings = wanted.filter { if case .write = $0.action { true } else { false } }
            return AdaptationPlan(changes: settings + [run(tool, images)])
        case .firstBoot: return try firstBoot(tool, images, system)
        }
    }

    /// Nothing that the start needs.
    package func prove(_ system: RestoredSystem) throws(RecoveryError) -> [Proof] { [] }

    /// What makes all images anew, by the system's own tool. dracut first: where it is, a script may stand in for the others.
    static func tool(of tree: SystemTree) -> [String]? {
        let known = [
            ["/usr/bin/dracut", "--regenerate-all", "--force"], ["/usr/sbin/dracut", "--regenerate-all", "--force"],
            ["/usr/sbin/update-initramfs", "-u", "-k", "all"], ["/usr/bin/mkinitcpio", "-P"],
        ]
        return known.first { tree.contains($0[0]) }
    }

    private func run(_ tool: [String], _ images: [String]) -> AdaptationChange {
        var change = AdaptationChange(
            .run(tool),
            reason: "\(images.joined(separator: ", ")): made anew for this machine by \(tool.joined(separator: " "))")
        change.isAttempt = true
        return change
    }

    private func firstBoot(
        _ tool: [String], _ images: [String], _ system: RestoredSystem
    ) throws(RecoveryError) -> AdaptationPlan {
        guard system.tree.hasSystemd else {
            return AdaptationPlan(warnings: [
                "Without systemd nothing makes \(images.joined(separator: ", ")) anew at the first start: run "
                    + "\"\(tool.joined(separator: " "))\" there."
            ])
        }
        let command = tool.joined(separator: " ")
        let unit = """
            [Unit]
            Description=Initramfs images are made anew on the machine that this system was restored to (lifeboat)
            After=multi-user.target

            [Service]
            Type=simple
            Nice=19
            IOSchedulingClass=idle
            ExecStart=/bin/sh -c '\(command) && rm -f \(Self.wantPath) \(Self.unitPath)'

            """
        let files = [(Self.unitPath, unit), (Self.wantPath, "[Unit]\nWants=lifeboat-initramfs.service\n")]
        return try AdaptationPlan(
            writing: files, in: system.tree,
            reason: "\"\(command)\" makes the initramfs images anew when the system is up, once")
    }
}
