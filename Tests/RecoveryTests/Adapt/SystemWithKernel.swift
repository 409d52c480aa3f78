import Archives
import LinuxSystem
import Recovery

/// A system's root with a real kernel's modules, and an initramfs that holds some of them.
final class SystemWithKernel {
    let scratch: ScratchDirectory
    let tree: SystemTree
    let release: String
    var image: String { "/boot/initrd.img-\(release)" }

    struct Missing: Error, CustomStringConvertible { var description: String }

    /// The kernel that `scripts/bootstrap test` keeps for libguestfs, or the one of this machine.
    private static func modules() throws -> (directory: String, release: String) {
        for directory in [GuestKernel.folder + "/lib/modules", "/lib/modules"] {
            let names = (try? Files.names(in: directory)) ?? []
            if let release = names.last(where: { Files.exists("\(directory)/\($0)/modules.dep") }) {
                return (directory, release)
            }
        }
        throw Missing(description: "No kernel modules are here. Run scripts/bootstrap test.")
    }

    /// - Parameter holding: canonical names of the modules that the initramfs has, with what they need and their index.
    init(holding: Set<String>, pack: String = "zstd -q") throws {
        scratch = try ScratchDirectory()
        let (directory, release) = try Self.modules()
        self.release = release
        tree = SystemTree(root: scratch["root"])
        let script = """
            set -euo pipefail; cd '\(scratch.path)'; mkdir -p root/usr/lib/modules root/boot root/etc init/usr/lib/modules/\(release) init/scripts init/conf
            ln -s usr/lib root/lib; ln -s usr/lib init/lib; touch init/scripts/functions; echo dm_mod > init/conf/modules
            cp -a '\(directory)/\(release)' root/usr/lib/modules/; echo kernel > root/boot/vmlinuz-\(release)
            cd root/usr/lib/modules/\(release)
            for m in \(holding.sorted().joined(separator: " ")); do
                for p in $(grep -E "^[^:]*/$(sed 's/_/[-_]/g' <<<"$m")\\.ko[^:]*:" modules.dep | tr -d :); do
                    install -D "$p" "../../../../../init/usr/lib/modules/\(release)/$p"
                done
            done
            cp modules.builtin modules.builtin.modinfo modules.order ../../../../../init/usr/lib/modules/\(release)/
            cd ../../../../../init; depmod -b . \(release)
            find . | cpio -o -H newc --quiet | \(pack) > ../root/boot/initrd.img-\(release)
            """
        let made = try ChildProcess.run(["bash", "-c", script])
        guard made.status.isSuccess else { throw Missing(description: made.errorText) }
    }

    func system(for machine: TargetMachine) -> RestoredSystem {
        RestoredSystem(tree: tree, volumes: [], machine: machine, source: nil)
    }

    /// What `modprobe` would load inside the unpacked initramfs: an outside judge.
    func loadable(_ module: String) throws -> Bool {
        let script = """
            set -e; cd '\(scratch.path)'; rm -rf out; mkdir out; cd out
            unpack() { zstd -qdc 2>/dev/null "$1" | cpio -i --quiet; }
            unpack ../root\(image) || true; cat ../extra.cpio 2>/dev/null | cpio -i --quiet -u || true
            modprobe -d . -S \(release) --show-depends \(module)
            """
        let result = try ChildProcess.run(["bash", "-c", script])
        let files = String(decoding: result.output, as: UTF8.self).split(separator: "\n").compactMap { line in
            line.hasPrefix("insmod ") ? line.split(separator: " ").dropFirst().first.map(String.init) : nil
        }
        return result.status.isSuccess && files.allSatisfy { Files.exists($0) }
    }
}
