internal import CLinuxShim
internal import Glibc

/// Another kernel in the place of this one, without firmware and boot loader.
package enum Kexec {
    /// Hands over a kernel (a bzImage), its initramfs and command line; they are read at once (`kexec_file_load(2)`). What was
    /// loaded before is replaced.
    package static func load(
        kernel: borrowing FileDescriptor, initramfs: borrowing FileDescriptor, commandLine: String
    ) throws(SystemCallError) {
        _ = try LinuxSystem.kernel("kexec_file_load", kernel.path) {
            linux_kexec_load(kernel.number, initramfs.number, commandLine)
        }
    }

    /// Starts what was loaded: nothing of this system goes on, and nothing is written out (`reboot(2)`). Returns only by an error.
    package static func start() throws(SystemCallError) {
        _ = try LinuxSystem.kernel("reboot", "the loaded kernel") { linux_kexec_start() }
    }
}

extension SystemCallError {
    /// `kexec_file_load(2)`: no signature, or of nobody who is known.
    package var isSignatureMissing: Bool {
        call == "kexec_file_load" && [ENOKEY, EKEYREJECTED, ENODATA, EPERM, EBADMSG].contains(number)
    }
}
